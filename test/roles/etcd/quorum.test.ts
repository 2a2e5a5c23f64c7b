import { describe, expect, test } from "vitest";
import type { Member } from "../../../roles/etcd/member.ts";
import { type EtcdStep, majority, quorumObjection } from "../../../roles/etcd/quorum.ts";
import { member } from "./member.ts";

/** `size` voters, of whom the last `down` do not answer. */
const cluster = (size: number, down = 0): readonly Member[] =>
  Array.from({ length: size }, (_, i) => member(i + 1, { healthy: i < size - down }));

const sizes = [1, 2, 3, 4, 5, 6, 7];
const cases = sizes.flatMap((size) => Array.from({ length: size + 1 }, (_, down) => ({ size, down })));
const needed: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 4, 7: 4 };

test.each(sizes)("of %i voters more than half decide", (size) => {
  expect(majority(size)).toBe(needed[size]);
});

const some = (condition: (one: (typeof cases)[number]) => boolean) => cases.filter(condition);
const hasQuorum = ({ size, down }: { size: number; down: number }) => size - down >= needed[size]!;
const may = (members: readonly Member[], step: EtcdStep) => quorumObjection(members, step) === undefined;
const first = member(1).id;

describe.each(["restart", "stop", "reboot"] as const)("%s of one that is up", (kind) => {
  test.each(some(({ size, down }) => down < size))("$size voters, $down of them down", ({ size, down }) => {
    const allowed = may(cluster(size, down), { kind, member: first });
    expect(allowed).toBe(size - down - 1 >= needed[size]!);
  });
});

describe("of one that is down", () => {
  const withDown = some(({ down }) => down > 0);

  test.each(withDown)("a restart takes nothing away: $size voters, $down of them down", ({ size, down }) => {
    expect(may(cluster(size, down), { kind: "restart", member: member(size).id })).toBe(true);
  });

  test.each(withDown)(
    "a removal needs a majority before and after: $size voters, $down of them down",
    ({ size, down }) => {
      const allowed = may(cluster(size, down), { kind: "remove", member: member(size).id });
      expect(allowed).toBe(size > 1 && hasQuorum({ size, down }) && size - down >= needed[size - 1]!);
    },
  );
});

test.each(some(({ size, down }) => down < size))(
  "removal of one that is up: $size voters, $down of them down",
  ({ size, down }) => {
    const allowed = may(cluster(size, down), { kind: "remove", member: first });
    expect(allowed).toBe(size > 1 && hasQuorum({ size, down }) && size - down - 1 >= needed[size - 1]!);
  },
);

test.each(cases)("a new member only when all are up: $size voters, $down of them down", ({ size, down }) => {
  expect(may(cluster(size, down), { kind: "add" })).toBe(down === 0);
});

describe.each([true, false])("promotion of a learner that is up: %s", (healthy) => {
  test.each(cases)("$size voters, $down of them down", ({ size, down }) => {
    const learner = member(9, { learner: true, healthy });
    const allowed = may([...cluster(size, down), learner], { kind: "promote", member: learner.id });
    expect(allowed).toBe(hasQuorum({ size, down }) && healthy && size - down + 1 >= majority(size + 1));
  });
});

describe("one change at a time", () => {
  const steps = [
    { kind: "add" },
    { kind: "restart", member: member(2).id },
    { kind: "remove", member: member(2).id },
    { kind: "reboot", member: member(2).id },
  ] as const;

  test.each(steps)("no $kind while a learner is pending", (step) => {
    const learner = member(4, { learner: true });
    expect(quorumObjection([...cluster(3), learner], step)).toBe("etcd4 is a learner still");
  });

  test.each(steps)("no $kind while a member has been added and not started", (step) => {
    const added = member(4, { name: "", clientUrls: [], healthy: false });
    expect(quorumObjection([...cluster(4), { ...added, id: "f00" }], step)).toMatch(
      /^f00 \(https:\/\/10.0.0.4:2380\) has been added but never started$/,
    );
  });

  test("but the pending one itself may go", () => {
    const learner = member(4, { learner: true, healthy: false });
    expect(quorumObjection([...cluster(3), learner], { kind: "remove", member: learner.id })).toBeUndefined();
    const added = member(4, { name: "", clientUrls: [], healthy: false });
    expect(quorumObjection([...cluster(3), added], { kind: "remove", member: added.id })).toBeUndefined();
  });
});

test("an objection says what would be missing", () => {
  expect(quorumObjection(cluster(3, 1), { kind: "restart", member: member(1).id })).toBe(
    "while etcd1 is down, 1 of 3 voters would be healthy, 2 are needed",
  );
  expect(quorumObjection(cluster(3, 2), { kind: "remove", member: member(3).id })).toBe(
    "it has no quorum: 1 of 3 voters are healthy, 2 are needed",
  );
  expect(quorumObjection(cluster(1), { kind: "remove", member: member(1).id })).toBe("etcd1 is the last voter");
  expect(quorumObjection(cluster(3), { kind: "remove", member: "1" })).toBe("there is no member 1");
  expect(quorumObjection([], { kind: "add" })).toBe("the cluster does not answer");
  expect(quorumObjection(cluster(3, 1), { kind: "add" })).toBe(
    "etcd3 is not healthy: replace it before the cluster grows",
  );
});
