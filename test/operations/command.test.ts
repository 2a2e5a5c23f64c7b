import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { holds, succeeds } from "../../runner/define/condition.ts";
import { Ref } from "../../runner/define/ref.ts";
import { secret } from "../../runner/define/secret.ts";
import { command } from "../../runner/operations/command.ts";
import { fileHash } from "../../runner/probes/file-hash.ts";
import { pathExists } from "../../runner/probes/path-exists.ts";
import { shells, temporaryFolder } from "../probes/run-probe.ts";
import { carryOut, changesOf, wanted } from "./take-steps.ts";

const run = sh`kubeadm init`;
type Arguments = Omit<Parameters<typeof command>[0], "run">;
const plan = (args: Arguments, guard?: unknown, triggered = false) =>
  command.plan({ args: { run, ...args }, current: { guard } as never, triggered });

const path = "/etc/kubernetes/admin.conf";
const condition = holds(pathExists("/x"), (exists) => exists, "x is there");

test.each<[string, Arguments, unknown, boolean, readonly string[]]>([
  ["creates: nothing is there", { creates: path }, false, false, [`${path}: absent -> created`]],
  ["creates: it is there", { creates: path }, true, false, []],
  ["creates: it is there, but something changed", { creates: path }, true, true, ["reaction: (absent) -> run again"]],
  ["unless: the command fails", { unless: sh`test -e /x` }, false, false, ["test -e /x: false -> true"]],
  ["unless: the command succeeds", { unless: sh`test -e /x` }, true, false, []],
  ["unless: the condition does not hold", { unless: condition }, false, false, ["x is there: false -> true"]],
  ["unless: the condition holds", { unless: condition }, true, false, []],
  ["always", { always: "cheap and safe" }, undefined, false, ["always: (absent) -> cheap and safe"]],
  ["onlyWhenTriggered: nothing changed", { onlyWhenTriggered: true }, undefined, false, []],
  [
    "onlyWhenTriggered: something changed",
    { onlyWhenTriggered: true },
    undefined,
    true,
    ["reaction: (absent) -> run again"],
  ],
])("%s", (_, args, guard, triggered, changes) => {
  expect(changesOf(plan(args, guard, triggered))).toEqual(changes);
});

test("a plan foretells that the guard will be satisfied", () => {
  const foretold = (args: Arguments) =>
    plan(args, false).flatMap(({ effects }) => effects.map(({ probe, answer }) => [probe.key, answer(false)]));
  expect(foretold({ creates: path })).toEqual([[pathExists(path).key, true]]);
  expect(foretold({ unless: sh`test -e /x` })).toEqual([[succeeds("test -e /x").key, true]]);
  expect(foretold({ unless: condition })).toEqual([[pathExists("/x").key, true]]);
  expect(foretold({ unless: holds(fileHash("/x"), (hash) => hash === "0", "x is empty") })).toEqual([]);
});

test("it may have changed everything, unless it says what", () => {
  expect(plan({ creates: path }, false)[0]!.touches).toContain("everything");
  expect(plan({ creates: path, changes: ["unit:kubelet"] }, false)[0]!.touches).toEqual([
    "unit:kubelet",
    `path:${path}`,
  ]);
  expect(() => plan({ always: "x", changes: ["file:/x" as never] })).toThrow(/a footprint is/);
});

test("only a command that always runs has nothing to prove and must not be repeated in doubt", () => {
  expect(command({ run, always: "reason" })).toMatchObject({ provable: false, repeatable: false });
  expect(command({ run, creates: path })).toMatchObject({ provable: true, repeatable: true });
  expect(command({ run, onlyWhenTriggered: true })).toMatchObject({ provable: true, repeatable: true });
});

test("is called after the first line of its text", () => {
  expect(command({ run: sh`\n  set -e\n  make`, always: "x" }).name).toBe("command set -e");
  expect(command({ run: sh`echo ${"x".repeat(200)}`, always: "x" }).name).toHaveLength("command ".length + 80);
});

describe("arguments", () => {
  test.each<[Arguments, RegExp]>([
    [{}, /exactly one guard is needed \(creates, unless, always, onlyWhenTriggered\), none is given/],
    [{ creates: path, always: "x" }, /given are creates and always/],
    [{ always: "" }, /always/],
    [{ unless: "test -e /x" as never }, /condition or a read-only command/],
    [{ unless: sh`grep ${new Ref("token of cp1", [], () => "t")} /etc/x` }, /cannot hold an output of another host/],
    [{ creates: path, cwd: "srv" }, /absolute clean path/],
    [{ creates: path, umask: 22 as never }, /number 22 is not a file mode/],
  ])("%# are refused", (args, message) => {
    expect(() => command({ run, ...args })).toThrow(message);
  });

  test("a command that is not one is refused", () => {
    expect(() => command({ run: "reboot" as never, always: "x" })).toThrow(/a command is needed/);
  });
});

describe.each(shells)("on a real host with $name", (shell) => {
  test("runs once, in its folder, with its input and its secrets out of sight", () => {
    const cwd = temporaryFolder();
    const task = command({
      run: sh`read line; echo "$line $TOKEN $PWD" >made || exit 1; umask >mask`,
      creates: join(cwd, "made"),
      stdin: secret("from stdin"),
      env: { TOKEN: secret("hunter2") },
      cwd,
    });
    expect(JSON.stringify(wanted(task, false, shell))).not.toMatch(/hunter2|from stdin/);
    carryOut(task, shell);
    expect(readFileSync(join(cwd, "made"), "utf8")).toBe(`from stdin hunter2 ${cwd}\n`);
    expect(statSync(join(cwd, "made")).mode & 0o777).toBe(0o644);
    expect(wanted(task, false, shell)).toEqual([]);
    expect(wanted(task, true, shell)).toHaveLength(1);
  });

  test("does not run in another folder when its own is missing", () => {
    const folder = temporaryFolder();
    const task = command({ run: sh`touch ${join(folder, "made")}`, always: "x", cwd: join(folder, "missing") });
    expect(() => carryOut(task, shell)).toThrow(/exit code 1/);
    expect(existsSync(join(folder, "made"))).toBe(false);
  });
});
