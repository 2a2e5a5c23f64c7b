import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { directory } from "../../runner/operations/directory.ts";
import { type ExistingPath, pathState } from "../../runner/probes/path-state.ts";
import { runProbe, shells, temporaryFolder } from "../probes/run-probe.ts";
import { carryOut, changesOf, wanted } from "./take-steps.ts";

const path = "/srv/app/data";
const right: ExistingPath = { type: "directory", mode: "0755", owner: "root", group: "root", uid: 0, gid: 0 };
const plan = (state: ExistingPath | { type: "absent" }, more: object = {}) =>
  directory.plan({ args: { path, ...more }, current: { state } });

test.each([
  ["is right", right, []],
  ["has another mode", { ...right, mode: "2755" }, ["mode: 2755 -> 0755"]],
  ["has another owner", { ...right, owner: "app", uid: 5 }, ["owner: app -> root"]],
  [
    "is not there",
    { type: "absent" } as const,
    ["type: absent -> directory", "mode: (absent) -> 0755", "owner: (absent) -> root", "group: (absent) -> root"],
  ],
])("a folder that %s", (_, state, changes) => {
  expect(changesOf(plan(state))).toEqual(changes);
});

test("a plan for a bare host foretells the folders above, too, but not over ones that are there", () => {
  const [step] = plan({ type: "absent" }, { mode: "700" });
  expect(step!.touches).toEqual(["path:/srv", "path:/srv/app", "path:/srv/app/data"]);
  const states = step!.effects.filter(({ probe }) => probe.kind.kindName === "pathState");
  expect(states.map(({ probe, answer }) => [probe.argument, answer({ type: "absent" })])).toEqual([
    ["/srv", { type: "directory", mode: "0755", owner: "root", group: "root" }],
    ["/srv/app", { type: "directory", mode: "0755", owner: "root", group: "root" }],
    [path, { type: "directory", mode: "0700", owner: "root", group: "root" }],
  ]);
  expect(states[0]!.answer({ ...right, mode: "1777" })).toEqual({ ...right, mode: "1777" });
});

test("a file or link in its place is refused, and replaced when that was asked for", () => {
  expect(() => plan({ ...right, type: "file" })).toThrow(`${path} is a file, not a folder`);
  expect(() => plan({ ...right, type: "symlink", target: "/mnt" })).toThrow(`${path} is a symlink to /mnt`);
  const steps = plan({ ...right, type: "file" }, { force: true });
  expect(steps).toMatchObject([{ kind: "remove", recursive: false }, { kind: "run" }]);
  expect(changesOf(steps)[0]).toBe("type: file -> directory");
});

describe.each(shells)("on a real host with $name", (shell) => {
  test("makes the folder, and those above with mode 0755 under a strict umask", () => {
    const top = join(temporaryFolder(), "it's a");
    const task = directory({ path: `${top}/b/c`, mode: "1770", owner: "daemon", group: "bin" });
    carryOut(task, shell);
    expect(runProbe(pathState(`${top}/b/c`), shell)).toMatchObject({ mode: "1770", owner: "daemon", group: "bin" });
    expect(runProbe(pathState(`${top}/b`), shell)).toMatchObject({ mode: "0755", owner: "root" });
    expect(runProbe(pathState(top), shell)).toMatchObject({ mode: "0755", owner: "root" });
  });

  test("takes a set-group-id bit away that a folder has, or that it would inherit", () => {
    const parent = temporaryFolder();
    chmodSync(parent, 0o2755);
    const path = join(parent, "below");
    carryOut(directory({ path }), shell);
    chmodSync(path, 0o2755);
    expect(changesOf(carryOut(directory({ path }), shell))).toEqual(["mode: 2755 -> 0755"]);
    carryOut(directory({ path, mode: "2775" }), shell);
    expect(statSync(path).mode & 0o7777).toBe(0o2775);
  });

  test("leaves what is in it alone", () => {
    const path = temporaryFolder();
    writeFileSync(join(path, "file"), "");
    chmodSync(join(path, "file"), 0o600);
    carryOut(directory({ path, mode: "0750", owner: "daemon" }), shell);
    expect(runProbe(pathState(join(path, "file")), shell)).toMatchObject({ mode: "0600", owner: "root" });
  });

  test("does not take a link to a folder for a folder", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "link"));
    expect(() => wanted(directory({ path: join(folder, "link") }), false, shell)).toThrow(/symlink to real/);
    carryOut(directory({ path: join(folder, "link"), force: true }), shell);
    expect(runProbe(pathState(join(folder, "link")), shell)).toMatchObject({ type: "directory" });
  });
});
