import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { symlink } from "../../runner/operations/symlink.ts";
import { type ExistingPath, pathState } from "../../runner/probes/path-state.ts";
import { shells, temporaryFolder } from "../probes/run-probe.ts";
import { carryOut, changesOf, wanted } from "./take-steps.ts";

const args = { path: "/etc/localtime", target: "/usr/share/zoneinfo/UTC" };
const link: ExistingPath = { type: "symlink", mode: "0777", owner: "root", group: "root", target: args.target };

test.each([
  ["the right link", link, []],
  ["a link to something else", { ...link, target: "x" }, [`target: x -> ${args.target}`]],
  ["nothing", { type: "absent" } as const, ["type: absent -> symlink", `target: (absent) -> ${args.target}`]],
])("from %s", (_, state, changes) => {
  const steps = symlink.plan({ args, current: { state } });
  expect(changesOf(steps)).toEqual(changes);
  for (const { effects, touches } of steps) {
    expect(touches).toEqual(["tree:/etc/localtime"]);
    expect(effects[0]!.probe.key).toBe(pathState(args.path).key);
    expect(effects[0]!.answer(undefined)).toEqual(link);
  }
});

test("a file or folder in its place is refused, and replaced when that was asked for", () => {
  const from = (type: "file" | "directory", force: boolean) =>
    symlink.plan({ args: { ...args, force }, current: { state: { ...link, type } } });
  expect(() => from("file", false)).toThrow("/etc/localtime is a file, not a symbolic link");
  expect(from("file", true).map(({ kind }) => kind)).toEqual(["run"]);
  expect(from("directory", true)).toMatchObject([{ kind: "remove", recursive: true }, { kind: "run" }]);
  const root = { path: "/usr/bin", target: "/bin", force: true };
  expect(() => symlink.plan({ args: root, current: { state: { ...link, type: "directory" } } })).toThrow(/usr/);
});

describe.each(shells)("on a real host with $name", (shell) => {
  test("makes and replaces links, also one that points to a folder, and leaves nothing else behind", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "real"));
    const path = join(folder, "it's -> a link");
    carryOut(symlink({ path, target: "-n 'quoted' target" }), shell);
    symlinkSync("real", join(folder, "to folder"));
    carryOut(symlink({ path: join(folder, "to folder"), target: "elsewhere" }), shell);
    expect(readlinkSync(path)).toBe("-n 'quoted' target");
    expect(readlinkSync(join(folder, "to folder"))).toBe("elsewhere");
    expect(readdirSync(folder).sort()).toEqual(["it's -> a link", "real", "to folder"]);
    expect(readdirSync(join(folder, "real"))).toEqual([]);
  });

  test("takes the place of a file or folder when told so", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "below/further"), { recursive: true });
    expect(() => wanted(symlink({ path: join(folder, "file"), target: "x" }), false, shell)).toThrow(/is a file/);
    for (const name of ["file", "below"])
      carryOut(symlink({ path: join(folder, name), target: "x", force: true }), shell);
    expect(existsSync(join(folder, "below/further"))).toBe(false);
  });
});

test("a target with a line break is refused", () => {
  expect(() => symlink({ ...args, target: "a\nb" })).toThrow(/line break/);
});
