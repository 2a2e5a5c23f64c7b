import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { contentHash } from "../../runner/define/content.ts";
import { localFile } from "../../runner/define/local-file.ts";
import { Ref } from "../../runner/define/ref.ts";
import { secret } from "../../runner/define/secret.ts";
import { file } from "../../runner/operations/file.ts";
import { template } from "../../runner/operations/template.ts";
import { fileHash } from "../../runner/probes/file-hash.ts";
import { fileText } from "../../runner/probes/file-text.ts";
import { pathExists } from "../../runner/probes/path-exists.ts";
import { type ExistingPath, pathState } from "../../runner/probes/path-state.ts";
import { runProbe, shells, temporaryFolder } from "../probes/run-probe.ts";
import { carryOut, changesOf, wanted } from "./take-steps.ts";

const path = "/etc/app.conf";
const args = { path, content: "new\n" };
const right: ExistingPath = { type: "file", mode: "0644", owner: "root", group: "root", uid: 0, gid: 0, size: 4 };
const newHash = contentHash("new\n");
const oldHash = contentHash("old\n");

test.each([
  [
    "nothing is there",
    { type: "absent" } as const,
    undefined,
    "write",
    ["content: (absent) -> 4 bytes", "mode: (absent) -> 0644", "owner: (absent) -> root", "group: (absent) -> root"],
  ],
  ["all is right", right, newHash, "", []],
  ["the text differs", right, oldHash, "write", ["content: 4 bytes -> 4 bytes"]],
  [
    "text and mode differ",
    { ...right, mode: "0600" },
    oldHash,
    "write",
    ["content: 4 bytes -> 4 bytes", "mode: 0600 -> 0644"],
  ],
  ["only the mode differs", { ...right, mode: "0600" }, newHash, "run", ["mode: 0600 -> 0644"]],
  ["only the owner differs", { ...right, owner: "app", uid: 7 }, newHash, "run", ["owner: app -> root"]],
  ["only the group differs", { ...right, group: "77", gid: 77 }, newHash, "run", ["group: 77 -> root"]],
])("when %s, just that is changed", (_, state, hash, kind, changes) => {
  const steps = file.plan({ args, current: { state, hash } });
  expect(steps.map((step) => step.kind).join()).toBe(kind);
  expect(changesOf(steps)).toEqual(changes);
  for (const step of steps) expect(step.touches).toEqual([`path:${path}`]);
});

test("a diff is made of the old text, which is asked for only then, and of the new", () => {
  const textOf = (steps: ReturnType<typeof file.plan>) => steps[0]?.changes[0]?.text;
  const replaced = textOf(file.plan({ args, current: { state: right, hash: oldHash } }));
  expect(replaced).toMatchObject({ path, before: { key: fileText(path).key }, after: "new\n" });
  const made = textOf(file.plan({ args, current: { state: { type: "absent" }, hash: undefined } }));
  expect(made).toEqual({ path, before: undefined, after: "new\n" });
});

test("a number given as owner is compared with the number", () => {
  const state = { ...right, owner: "app", uid: 1000 };
  expect(file.plan({ args: { ...args, owner: "1000" }, current: { state, hash: newHash } })).toEqual([]);
});

test("a plan for a bare host foretells what each probe of the file will answer", () => {
  const [step] = file.plan({ args, current: { state: { type: "absent" }, hash: undefined } });
  expect(step!.effects.map(({ probe, answer }) => [probe.key, answer(undefined)])).toEqual([
    [pathState(path).key, { type: "file", mode: "0644", owner: "root", group: "root", size: 4 }],
    [pathExists(path).key, true],
    [fileHash(path).key, newHash],
    [fileText(path).key, "new\n"],
  ]);
});

describe("content", () => {
  const hash = oldHash;

  test("of a secret is never shown, neither old nor new", () => {
    const steps = file.plan({ args: { path, content: secret("hunter2") }, current: { state: right, hash } });
    expect(changesOf(steps)).toEqual(["content: *** -> ***"]);
    expect(JSON.stringify(steps)).not.toContain("hunter2");
  });

  test("of a local file is shown as hash and size", () => {
    const content = localFile(new URL("./file.test.ts", import.meta.url));
    const [change] = changesOf(file.plan({ args: { path, content }, current: { state: right, hash } }));
    expect(change).toBe(`content: sha256 ${oldHash}, 4 bytes -> sha256 ${content.sha256}, ${content.sizeBytes} bytes`);
  });

  test("replaces a file that is too large for a diff without asking for its text", () => {
    const state = { ...right, size: 2_000_000 };
    const [change] = changesOf(file.plan({ args, current: { state, hash } }));
    expect(change).toBe(`content: sha256 ${oldHash}, 2000000 bytes -> sha256 ${newHash}, 4 bytes`);
  });

  test("that another host makes is only wanted where there is no file", () => {
    const content = new Ref("token of cp1", [], () => "t");
    expect(file.plan({ args: { path, content }, current: { state: right, hash } })).toEqual([]);
    const [step] = file.plan({ args: { path, content }, current: { state: { type: "absent" }, hash: undefined } });
    expect(step).toMatchObject({ kind: "write", content });
    expect(step!.effects.map(({ probe }) => probe.kind.kindName)).toEqual(["pathState", "pathExists"]);
  });
});

describe("something else in the place of a file", () => {
  test.each(["directory", "symlink", "fifo", "socket", "device"] as const)("%s: is refused", (type) => {
    const plan = () => file.plan({ args, current: { state: { ...right, type }, hash: undefined } });
    expect(plan).toThrow(`/etc/app.conf is a ${type}, not a file`);
  });

  test("is replaced when that was asked for, a folder with all that is in it", () => {
    const steps = (type: ExistingPath["type"]) =>
      file.plan({ args: { ...args, force: true }, current: { state: { ...right, type }, hash: undefined } });
    expect(steps("symlink").map(({ kind }) => kind)).toEqual(["write"]);
    expect(steps("directory")).toMatchObject([{ kind: "remove", recursive: true }, { kind: "write" }]);
    expect(changesOf(steps("directory"))[0]).toBe("type: directory -> file");
  });

  test("is never replaced when the system needs it", () => {
    const plan = () =>
      file.plan({
        args: { path: "/usr/lib", content: "", force: true },
        current: { state: { ...right, type: "directory" }, hash: undefined },
      });
    expect(plan).toThrow(/\/usr\/lib is a directory/);
  });
});

describe.each(shells)("on a real host with $name", (shell) => {
  test("makes the file, then wants nothing more, then mends what drifted and nothing else", () => {
    const target = join(temporaryFolder(), "it's a file");
    const task = file({ path: target, content: "some text", mode: "4750", owner: "daemon", group: "2" });
    expect(carryOut(task, shell)).toHaveLength(1);
    expect(readFileSync(target, "utf8")).toBe("some text");
    const { ino } = statSync(target);

    carryOut(file({ path: target, content: "some text", mode: "600" }), shell);
    expect(carryOut(task, shell).map(({ kind }) => kind)).toEqual(["run"]);
    expect(statSync(target).ino).toBe(ino);
    expect(runProbe(pathState(target), shell)).toMatchObject({ mode: "4750", owner: "daemon", group: "bin" });
  });

  test("replaces a link, not what it points to, and a folder", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "real"), "untouched");
    symlinkSync("real", join(folder, "link"));
    mkdirSync(join(folder, "below/further"), { recursive: true });
    expect(() => wanted(file({ path: join(folder, "link"), content: "" }), false, shell)).toThrow(/symlink/);
    for (const name of ["link", "below"])
      carryOut(file({ path: join(folder, name), content: "x", force: true }), shell);
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("untouched");
  });
});

test("a validator sees the temporary file, and when it refuses the old file stays", () => {
  const target = join(temporaryFolder(), "conf");
  const task = (content: string) =>
    template({ path: target, content, validate: (temporary) => sh`grep -q valid ${temporary}` });
  carryOut(task("valid"));
  expect(() => carryOut(task("broken"))).toThrow(/exit code 1/);
  expect(readFileSync(target, "utf8")).toBe("valid");
});

describe("arguments", () => {
  test.each([
    ["etc/x", /is relative/],
    ["", /is empty/],
    ["/etc/../x", /part "\.\."/],
    ["/etc/./x", /part/],
    ["/etc//x", /slash too many/],
    ["/etc/x/", /slash too many/],
    ["/etc/x\n", /line break/],
    ["/etc/\0x", /NUL/],
  ])("path %j: an absolute clean path is needed", (wrong, message) => {
    expect(() => file({ path: wrong, content: "" })).toThrow(message);
    expect(() => file({ path: wrong, content: "" })).toThrow(/an absolute clean path is needed/);
  });

  test.each([
    [644, 'number 644 is not a file mode; write the string "0644"'],
    [0o755, 'number 493 is not a file mode; write the string "0755"'],
    ["u+x", "a mode is three or four octal digits"],
    ["0888", "a mode is three or four octal digits"],
  ])("mode %j is refused", (mode, message) => {
    expect(() => file({ ...args, mode: mode as string })).toThrow(message);
  });

  test("an owner that chown would read as something else is refused", () => {
    for (const owner of ["root:root", "-R", "", "a b"]) expect(() => file({ ...args, owner })).toThrow(/user or group/);
  });

  test("content of an unknown kind is refused, and a template takes text alone", () => {
    expect(() => file({ path, content: 5 as never })).toThrow(/content/);
    expect(() => template({ path, content: new Uint8Array(1) as never })).toThrow(/defineTemplate/);
  });
});
