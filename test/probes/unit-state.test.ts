import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { footprintsMeet } from "../../runner/define/footprint.ts";
import { unitState } from "../../runner/probes/unit-state.ts";
import { askHere, SHELLS } from "./ask-here.ts";

const NAMES = [
  "haproxy",
  "sshd.service",
  "nosuch",
  "once",
  "broken",
  "edited",
  "systemd-timesyncd",
  "getty@tty1",
  "systemd-tmpfiles-clean.timer",
  "systemd-tmpfiles-setup",
];
const stdout = readFileSync(new URL("./fixtures/unit-state/debian12.txt", import.meta.url), "utf8");
const parse = (names: readonly string[], text = stdout) =>
  unitState("").kind.parse({ stdout: text, stderr: "", exitCode: 0 }, names as never[]);
const answers = new Map(parse(NAMES).map((state, i) => [NAMES[i], state]));

test.each([
  ["haproxy", { load: "loaded", active: "active", sub: "running", file: "enabled", type: "notify" }],
  ["sshd.service", { id: "ssh.service", active: "active", file: "enabled" }],
  ["nosuch", { id: "nosuch.service", load: "not-found", active: "inactive", file: "", path: "" }],
  ["once", { type: "oneshot", active: "inactive", file: "static", remainsAfterExit: false }],
  ["broken", { active: "failed", sub: "failed" }],
  ["edited", { active: "active", needsDaemonReload: true, path: "/etc/systemd/system/edited.service" }],
  ["systemd-timesyncd", { load: "masked", file: "masked" }],
  ["getty@tty1", { id: "getty@tty1.service", active: "inactive", file: "enabled" }],
  ["systemd-tmpfiles-clean.timer", { active: "active", sub: "waiting", type: "" }],
  ["systemd-tmpfiles-setup", { type: "oneshot", active: "active", sub: "exited", remainsAfterExit: true }],
])("%s of a Debian host is seen as it is", (name, state) => {
  expect(answers.get(name)).toMatchObject(state);
});

test("two spellings of a name share one answer, and a template is no unit", () => {
  const [first = ""] = stdout.split("\n\n");
  const [haproxy, same, template] = parse(["haproxy", "haproxy.service", "getty@"], first);

  expect(haproxy).toEqual(same);
  expect(template?.load).toBe("not-found");
});

test("an answer that lacks units is a fault, not an answer", () => {
  expect(() => parse(["haproxy", "nosuch", "edited"], stdout.split("\n\n")[0])).toThrow(/systemctl show failed/);
});

test("no answer is a fault as well, when one unit was asked for", () => {
  expect(() => parse(["haproxy"], "")).toThrow(/systemctl show failed/);
});

describe.each(SHELLS)("asked by %s", (shell) => {
  test("a machine that does not run systemd says so", () => {
    expect(askHere([unitState("cron"), unitState("x.timer")], shell).map(({ load }) => load)).toEqual([
      "no-systemd",
      "no-systemd",
    ]);
  });
});

test.each([
  ["the unit", "unit:nginx.service", true],
  ["the unit file of an administrator", "path:/etc/systemd/system/nginx.service", true],
  ["a drop-in", "path:/etc/systemd/system/nginx.service.d/limits.conf", true],
  ["all units", "units", true],
  ["the packages of a host, and so everything", "everything", true],
  ["another unit", "unit:haproxy.service", false],
  ["the file of another unit", "path:/etc/systemd/system/haproxy.service", false],
] as const)("a change of %s makes the answer stale: %s %s", (_, touched, stale) => {
  const { kind } = unitState("nginx");

  expect(footprintsMeet([touched], kind.looksAt("nginx" as never))).toBe(stale);
});

test("the unit of an instance depends on its template's file", () => {
  const looked = unitState("x").kind.looksAt("getty@tty1" as never);

  expect(footprintsMeet(["path:/etc/systemd/system/getty@.service"], looked)).toBe(true);
});
