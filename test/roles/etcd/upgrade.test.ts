import { describe, expect, test } from "vitest";
import type { Member } from "../../../roles/etcd/member.ts";
import type { Minor } from "../../../roles/etcd/settings.ts";
import { upgradeObjection } from "../../../roles/etcd/upgrade.ts";
import { member } from "./member.ts";

/** One that does not answer does not say its version. */
const running = (n: number, version: string | undefined, more: Partial<Member> = {}) =>
  member(n, { version, healthy: version !== undefined, ...more });
const objection = (wanted: Minor, ...versions: readonly (string | undefined)[]) =>
  upgradeObjection({ members: versions.map((version, i) => running(i + 1, version)), alarms: [] }, wanted);

test.each<[Minor, ...string[]]>([
  ["3.4", "3.4.23", "3.4.23", "3.4.23"],
  ["3.5", "3.4.23", "3.4.23", "3.4.23"],
  ["3.5", "3.5.35", "3.4.23", "3.5.35"],
  ["3.6", "3.5.32", "3.5.35", "3.6.16"],
  ["3.5", "3.5.9", "3.5.9", "3.5.9"],
])("to %s from %s, %s, %s", (wanted, ...versions) => {
  expect(objection(wanted, ...versions)).toBeUndefined();
});

describe("refused", () => {
  test.each<[string, Minor, readonly (string | undefined)[], string]>([
    ["a jump", "3.6", ["3.4.23", "3.4.23", "3.4.23"], "bring all to 3.5 before 3.6, one minor version at a time"],
    ["a jump of one of them", "3.6", ["3.5.35", "3.4.23", "3.5.35"], "etcd2 runs 3.4.23: bring all to 3.5"],
    ["a way back", "3.5", ["3.6.16", "3.6.16", "3.6.16"], "etcd does not go back to 3.5"],
    ["a way back in the middle of an upgrade", "3.4", ["3.4.23", "3.5.35", "3.4.23"], "etcd2 runs 3.5.35"],
    [
      "3.6 from a 3.5 that hands over the removed",
      "3.6",
      ["3.5.9", "3.5.35", "3.5.35"],
      "bring all to 3.5.32 or later",
    ],
    ["an upgrade while one is down", "3.5", ["3.4.23", undefined, "3.4.23"], "etcd2 is not a healthy voter"],
  ])("%s", (_, wanted, versions, why) => {
    expect(objection(wanted, ...versions)).toContain(why);
  });

  test("an upgrade with a learner, or with an alarm", () => {
    const all = [running(1, "3.4.23"), running(2, "3.4.23"), running(3, "3.4.23", { learner: true })];
    expect(upgradeObjection({ members: all, alarms: [] }, "3.5")).toContain("etcd3 is not a healthy voter");
    expect(upgradeObjection({ members: all.slice(0, 2), alarms: ["NOSPACE"] }, "3.5")).toContain("NOSPACE");
  });
});

test("one that is down does not keep the others from what is no upgrade", () => {
  expect(objection("3.4", "3.4.23", undefined, "3.4.23")).toBeUndefined();
});
