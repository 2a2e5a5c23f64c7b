import { expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { Group } from "../../runner/define/host.ts";
import { defineOutput } from "../../runner/define/output.ts";
import { RefBoard } from "../../runner/engine/ref-board.ts";
import { FakeControl } from "../../runner/testing/fake-control.ts";

const masters = new Group(
  "masters",
  ["cp1", "cp2", "cp3"].map((name, i) => ({ name, address: `10.0.0.${i + 1}` })),
);
const token = defineOutput({ name: "token", command: sh`make token`, parse: ({ stdout }) => stdout });

function board(answers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const refs = new RefBoard((_, host) => {
    asked.push(host);
    const answer = answers[host];
    return answer === undefined ? Promise.reject(new Error(`${host} is off`)) : Promise.resolve(answer);
  }, new FakeControl());
  return { refs, asked };
}

test("any host that can tell will do, asked in turn, and once", async () => {
  const { refs, asked } = board({ cp2: "two", cp3: "three" });
  const ref = token.fromAny(masters);
  expect(await refs.value(ref)).toBe("two");
  expect(await refs.value(ref)).toBe("two");
  expect(asked).toEqual(["cp1", "cp2"]);
});

test("when none can tell, it has failed as the last of them has", async () => {
  const { refs } = board({});
  await expect(refs.value(token.fromAny(masters))).rejects.toThrow("cp3 is off");
});

test("of each host: what it said, and nothing for one that could not be asked", async () => {
  const { refs } = board({ cp1: "one", cp3: "three" });
  const seen = await refs.value(token.fromEach(masters));
  expect(seen.map(({ host, answer }) => [host.name, answer])).toEqual([
    ["cp1", "one"],
    ["cp2", undefined],
    ["cp3", "three"],
  ]);
});

test("a plan shows whom a value is of", () => {
  expect(token.fromAny(masters).label).toBe("token of masters");
  expect(() => token.fromAny(new Group("workers", []))).toThrow("has no hosts");
});
