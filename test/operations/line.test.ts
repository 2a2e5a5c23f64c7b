import { chmodSync, chownSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { secret } from "../../runner/define/secret.ts";
import { line } from "../../runner/operations/line.ts";
import { type ExistingPath, pathState } from "../../runner/probes/path-state.ts";
import { runProbe, shells, temporaryFolder } from "../probes/run-probe.ts";
import { carryOut, changesOf } from "./take-steps.ts";

const path = "/etc/app.conf";
const state: ExistingPath = { type: "file", mode: "0644", owner: "app", group: "app", size: 1 };
type Arguments = Omit<Parameters<typeof line>[0], "path">;
const plan = (args: Arguments, text: string | undefined, from: ExistingPath = state) =>
  line.plan({ args: { path, ...args }, current: { state: text === undefined ? { type: "absent" } : from, text } });

/** The text after an edit; undefined when nothing is written. */
const edit = (args: Arguments, text: string) => {
  const [step] = plan(args, text);
  return step?.kind === "write" ? step.content : undefined;
};

test.each<[string, Arguments, string, string | undefined]>([
  ["is there already", { line: "b" }, "a\nb\n", undefined],
  ["is there as the unended last line", { line: "b" }, "a\nb", undefined],
  ["is added at the end", { line: "b" }, "a\n", "a\nb\n"],
  ["is added after an unended last line", { line: "b" }, "a", "a\nb\n"],
  ["is added to an empty file", { line: "b" }, "", "b\n"],
  ["replaces the last line that matches", { line: "x=2", match: "^#?x=" }, "#x=0\nx=1\ny\n", "#x=0\nx=2\ny\n"],
  ["replaces an unended line", { line: "x=2", match: /^x=/ }, "y\nx=1", "y\nx=2"],
  ["is there, and matches last", { line: "x=2", match: "^x=" }, "x=1\nx=2\n", undefined],
  ["is added when none matches", { line: "x=2", match: "^x=" }, "y\n", "y\nx=2\n"],
  ["is added after the last that matches", { line: "b", insertAfter: "^a" }, "a1\na2\nc\n", "a1\na2\nb\nc\n"],
  ["is added before the first that matches", { line: "b", insertBefore: "^c" }, "a\nc1\nc2\n", "a\nb\nc1\nc2\n"],
  ["is added at the end when its place is not there", { line: "b", insertAfter: "^z" }, "a\n", "a\nb\n"],
  ["is added before an unended line", { line: "b", insertBefore: "^c" }, "c", "b\nc"],
  ["leaves other bytes alone", { line: "b" }, "\uFEFFa\r\n\n\t \n", "\uFEFFa\r\n\n\t \nb\n"],
  ["is taken out everywhere", { line: "b", present: false }, "b\na\nb\n", "a\n"],
  ["is taken out at an unended end", { line: "b", present: false }, "a\nb", "a\n"],
  ["is taken out when it matches", { match: "^b", present: false }, "b1\na\nb2", "a\n"],
  ["is not there", { line: "b", present: false }, "a\n", undefined],
  ["is the only one and is taken out", { line: "b", present: false }, "b\n", ""],
])("a line that %s", (_, args, before, after) => {
  expect(edit(args, before)).toBe(after);
  expect(edit(args, after ?? before)).toBeUndefined();
});

test("only the line is shown as changed, and mode and owner stay", () => {
  const steps = plan({ line: "x=2", match: "^x=" }, "x=1\npassword=p\n");
  expect(changesOf(steps)).toEqual(["line: x=1 -> x=2"]);
  expect(steps).toMatchObject([{ kind: "write", mode: "0644", owner: "app", group: "app", touches: [`path:${path}`] }]);
});

test("each line that goes is shown", () => {
  expect(changesOf(plan({ match: "^b", present: false }, "b1\nb2\n"))).toEqual([
    "line: b1 -> (absent)",
    "line: b2 -> (absent)",
  ]);
});

describe("what must not be shown is not shown", () => {
  test("a secret line", () => {
    const steps = plan({ line: secret("pw=new"), match: "^pw=" }, "pw=old\nplain\n");
    expect(changesOf(steps)).toEqual(["line: *** -> ***"]);
    expect(JSON.stringify(steps)).not.toMatch(/pw=|plain/);
    expect(line({ path, line: secret("pw=new") }).name).toBe("line /etc/app.conf: a secret");
  });

  test("a secret line that goes", () => {
    expect(changesOf(plan({ line: secret("pw"), present: false }, "pw\n"))).toEqual(["line: *** -> (absent)"]);
  });

  test("what stands in a file that not everybody may read", () => {
    const steps = plan({ line: "x=2", match: "^x=" }, "x=1\npassword=p\n", { ...state, mode: "0640" });
    expect(changesOf(steps)).toEqual(["line: *** -> x=2"]);
    expect(JSON.stringify(steps)).not.toContain("password");
  });
});

test("the next edit of the same file builds on the predicted text", () => {
  const [first] = plan({ line: "b" }, "a\n");
  const text = first!.effects.find(({ probe }) => probe.kind.kindName === "fileText")!.answer(undefined) as string;
  expect(edit({ line: "c" }, text)).toBe("a\nb\nc\n");
});

test("a missing file is refused, unless it is to be made or the line must not be there", () => {
  expect(() => plan({ line: "b" }, undefined)).toThrow("there is no file /etc/app.conf");
  expect(plan({ line: "b", present: false }, undefined)).toEqual([]);
  const steps = plan({ line: "b", create: true }, undefined);
  expect(steps).toMatchObject([{ kind: "write", content: "b\n", mode: "0644", owner: "root" }]);
  expect(changesOf(steps)).toHaveLength(4);
});

test("what is not a file is refused", () => {
  const from = (more: object) => () => plan({ line: "b" }, "", { ...state, ...more });
  expect(from({ type: "directory" })).toThrow("/etc/app.conf is a directory, not a file");
  expect(from({ type: "symlink", target: "../x" })).toThrow("/etc/app.conf is a symbolic link to ../x");
});

test("a file that vanished while it was read is not overwritten", () => {
  expect(() => line.plan({ args: { path, line: "b" }, current: { state, text: undefined } })).toThrow(
    /while it was read/,
  );
});

test.each<[string, Arguments, RegExp]>([
  ["no line", {}, /line that must be there is needed/],
  ["no line and no match to remove", { present: false }, /must not be there/],
  ["a line break", { line: "a\nb" }, /without a line break/],
  ["a line that its match does not find again", { line: "y=1", match: "^x=" }, /the line must match it too/],
  ["a secret line that its match does not find", { line: secret("y"), match: "^x=" }, /the line must match it too/],
  ["a broken pattern", { line: "a", match: "(" }, /Invalid regular expression/],
  ["a pattern with flags", { line: "a", match: /a/i }, /takes no flags/],
  ["two places", { line: "a", insertAfter: "x", insertBefore: "y" }, /not both/],
])("%s is refused", (_, args, message) => {
  expect(() => line({ path, ...args })).toThrow(message);
});

test.each(shells)("on a real host with $name an edit keeps mode and owner and wants nothing more", (shell) => {
  const target = join(temporaryFolder(), "it's a file");
  writeFileSync(target, "# ünï\nx=1");
  chownSync(target, 4321, 1);
  chmodSync(target, 0o4660);
  carryOut(line({ path: target, line: "x=2", match: "^x=" }), shell);
  carryOut(line({ path: target, line: "y=1" }), shell);
  expect(readFileSync(target, "utf8")).toBe("# ünï\nx=2\ny=1\n");
  expect(runProbe(pathState(target), shell)).toMatchObject({ owner: "4321", group: "daemon", mode: "4660" });
});
