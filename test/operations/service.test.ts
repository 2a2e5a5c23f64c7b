import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { commandText } from "../../runner/define/command.ts";
import type { Step } from "../../runner/define/step.ts";
import { service } from "../../runner/operations/service.ts";
import { type UnitState, unitState } from "../../runner/probes/unit-state.ts";
import { SHELLS } from "../probes/ask-here.ts";
import { changesOf } from "./take-steps.ts";

const absent = unitState.bare("nginx.service");
const off: UnitState = {
  ...absent,
  load: "loaded",
  file: "disabled",
  type: "notify",
  path: "/lib/systemd/system/nginx.service",
};
const right: UnitState = { ...off, active: "active", sub: "running", file: "enabled" };
const masked: UnitState = { ...off, load: "masked", file: "masked", type: "" };
const oneshot: UnitState = { ...off, type: "oneshot", file: "static" };

type Args = Parameters<typeof service>[0];
const plan = (unit: UnitState, args: Partial<Args> = {}, triggered = false) =>
  service.plan({ args: { unit: "nginx", ...args }, current: { unit }, triggered });
/** The command that a plan shows: the first line. */
const commands = (steps: readonly Step[]) => steps.map((step) => textOf(step).split("\n")[0]!.replace(/^# /, ""));
const textOf = (step: Step) => (step.kind === "run" ? commandText(step.command, () => "") : "");

test.each<[string, UnitState, Partial<Args>, boolean, string[]]>([
  ["a unit that is right", right, {}, false, []],
  ["a unit that is off", off, {}, false, ["systemctl enable", "systemctl start"]],
  ["a stopped unit", { ...right, active: "inactive" }, {}, false, ["systemctl start"]],
  ["a failed unit", { ...right, active: "failed" }, {}, false, ["systemctl start"]],
  ["a unit in a crash loop", { ...right, active: "activating", sub: "auto-restart" }, {}, false, ["systemctl start"]],
  ["a unit that reloads just now", { ...right, active: "reloading" }, {}, false, []],
  ["a running unit whose configuration changed", right, {}, true, ["systemctl restart"]],
  ["a running unit that should reload", right, { refresh: "reload" }, true, ["systemctl reload-or-restart"]],
  [
    "a stopped unit whose configuration changed is only started",
    { ...right, active: "inactive" },
    {},
    true,
    ["systemctl start"],
  ],
  ["a unit whose file changed", { ...right, needsDaemonReload: true }, {}, false, ["systemctl daemon-reload"]],
  [
    "a unit whose file changed and is reacted to",
    { ...right, needsDaemonReload: true },
    {},
    true,
    ["systemctl daemon-reload", "systemctl restart"],
  ],
  [
    "one to stop and disable",
    right,
    { running: false, enabled: false },
    false,
    ["systemctl disable", "systemctl stop"],
  ],
  ["one to stop that is off", off, { running: false, enabled: false }, false, []],
  ["one to stop that is not there", absent, { running: false, enabled: false }, false, []],
  ["one to stop that changed", off, { running: false, enabled: false }, true, []],
  ["one to stop that failed", { ...off, active: "failed" }, { running: false, enabled: false }, false, []],
  ["a masked one to run", masked, {}, false, ["systemctl unmask", "systemctl enable", "systemctl start"]],
  ["one to mask", right, { masked: true }, false, ["systemctl stop", "systemctl mask"]],
  ["one that is masked", masked, { masked: true }, false, []],
  ["one to mask that is not there", absent, { masked: true }, false, ["systemctl mask"]],
  ["a static unit", { ...right, file: "static" }, {}, false, []],
  ["an indirect unit", { ...right, file: "indirect" }, {}, false, []],
  ["a generated unit", { ...right, file: "generated" }, {}, false, []],
  ["a static unit to disable", { ...right, file: "static" }, { enabled: false }, false, []],
  ["a linked unit", { ...right, file: "linked" }, {}, false, ["systemctl enable"]],
  ["enabled until the next boot only", { ...right, file: "enabled-runtime" }, {}, false, ["systemctl enable"]],
  ["one left as it is", off, { running: "any", enabled: "any" }, false, []],
  ["one left as it is, off, and changed", off, { running: "any", enabled: "any" }, true, []],
  ["one left as it is, running, and changed", right, { running: "any", enabled: "any" }, true, ["systemctl restart"]],
  ["a oneshot that ends by itself", oneshot, { running: "any" }, false, []],
  ["a oneshot that ends by itself, and changed", oneshot, { running: "any" }, true, ["systemctl start"]],
  ["a oneshot that remains", { ...oneshot, remainsAfterExit: true }, {}, false, ["systemctl start"]],
])("%s", (_, unit, args, triggered, wanted) => {
  expect(commands(plan(unit, args, triggered))).toEqual(
    wanted.map(
      (command) => `${command}${command.endsWith("reload") && !command.endsWith("or-restart") ? "" : " nginx.service"}`,
    ),
  );
});

test("each step says what it changes", () => {
  expect(changesOf(plan({ ...masked, active: "failed" }))).toEqual([
    "masked: true -> false",
    "enabled: masked -> enabled",
    "active: failed -> active",
  ]);
});

test.each<[string, UnitState, Partial<Args>, boolean]>([
  ["off", off, {}, false],
  ["masked", masked, {}, false],
  ["stale and stopped", { ...right, active: "failed", needsDaemonReload: true }, {}, false],
  ["to be masked", right, { masked: true }, false],
  ["to be stopped", right, { running: false, enabled: false }, false],
])("after the steps of a unit that is %s nothing is wanted, as the plan foretells", (_, unit, args) => {
  const after = plan(unit, args)
    .flatMap((step) => step.effects)
    .reduce((state, { answer }) => answer(state) as UnitState, unit);

  expect(plan(after, args)).toEqual([]);
});

test("an instance of a template that is to be written can be planned for", () => {
  const [unit, template] = [unitState.bare("job@one.service"), unitState.bare("job@.service")];
  const plan = (template: UnitState) => service.plan({ args: { unit: "job@one" }, current: { unit, template } });
  expect(changesOf(plan({ ...template, load: "loaded", file: "disabled", type: "simple" }))).toEqual([
    "enabled: disabled -> enabled",
    "active: inactive -> active",
  ]);
  expect(() => plan(template)).toThrow("there is no unit job@one.service");
});

test("an alias is handled by its main name, and both names are touched", () => {
  const steps = service.plan({ args: { unit: "sshd" }, current: { unit: { ...off, id: "ssh.service" } } });

  expect(commands(steps)).toEqual(["systemctl enable ssh.service", "systemctl start ssh.service"]);
  const reloading = service.plan({
    args: { unit: "sshd", refresh: "reload" },
    current: { unit: { ...right, id: "ssh.service" } },
    triggered: true,
  });
  expect(reloading[0]?.touches).toEqual(["unit:sshd.service", "unit:ssh.service"]);
});

test("a service of which systemd learns nothing at its start is looked at a second later, one that reports is not", () => {
  expect(textOf(plan({ ...off, type: "simple" })[1]!)).toContain("sleep 1");
  expect(textOf(plan(off)[1]!)).not.toContain("sleep");
});

test.each<[string, UnitState, Partial<Args>, RegExp]>([
  ["a unit that is not there", absent, {}, /there is no unit nginx\.service/],
  ["one that is not there, to be enabled", absent, { running: false }, /there is no unit/],
  ["a host without systemd", { ...absent, load: "no-systemd" }, {}, /does not run systemd/],
  ["a oneshot that can never be found running", oneshot, {}, /ends by itself/],
])("%s is refused", (_, unit, args, message) => {
  expect(() => plan(unit, args)).toThrow(message);
});

test.each<[string, Args, RegExp]>([
  ["a template", { unit: "getty@" }, /instance of a template/],
  ["an option", { unit: "--now" }, /not the name of a unit/],
  ["masked and running", { unit: "x", masked: true, running: true }, /neither running nor enabled/],
])("%s is an error of the role", (_, args, message) => {
  expect(() => service(args)).toThrow(message);
});

describe.each(SHELLS)("%s", (shell) => {
  test("reports what systemd knows when a unit does not start", () => {
    const [program, ...words] = shell.split(" ");
    const stub =
      'systemctl() { case $1 in start) return 1 ;; status) echo "status of $5" ;; esac; }; journalctl() { echo "last words of $2"; }\n';
    const { status, stderr } = spawnSync(program!, [...words, "-c", stub + textOf(plan(off)[1]!)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

    expect({ status, stderr }).toEqual({ status: 1, stderr: "status of nginx.service\nlast words of nginx.service\n" });
  });
});
