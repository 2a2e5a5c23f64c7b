import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { secret } from "../../runner/define/secret.ts";
import { block } from "../../runner/operations/block.ts";
import type { ExistingPath } from "../../runner/probes/path-state.ts";
import { shells, temporaryFolder } from "../probes/run-probe.ts";
import { carryOut, changesOf } from "./take-steps.ts";

const path = "/etc/hosts";
const state: ExistingPath = { type: "file", mode: "0644", owner: "root", group: "root", size: 1 };
type Arguments = Partial<Parameters<typeof block>[0]>;
const plan = (args: Arguments, text: string) =>
  block.plan({ args: { path, name: "x", ...args }, current: { state, text } });

const edit = (args: Arguments, text: string) => {
  const [step] = plan(args, text);
  return step?.kind === "write" ? step.content : undefined;
};

test.each<[string, Arguments, string, string | undefined]>([
  ["is there already", { content: "1\n2\n" }, "a\n# BEGIN x\n1\n2\n# END x\nb\n", undefined],
  ["is there, written without its last line end", { content: "1" }, "# BEGIN x\n1\n# END x", undefined],
  ["is added at the end", { content: "1" }, "a\n", "a\n# BEGIN x\n1\n# END x\n"],
  ["is added after an unended line", { content: "1" }, "a", "a\n# BEGIN x\n1\n# END x\n"],
  ["is added to an empty file", {}, "", "# BEGIN x\n# END x\n"],
  ["is added before a line", { content: "1", insertBefore: "^b" }, "a\nb\n", "a\n# BEGIN x\n1\n# END x\nb\n"],
  [
    "stays where it is",
    { content: "2", insertBefore: "^a" },
    "a\n# BEGIN x\n1\n# END x\nb",
    "a\n# BEGIN x\n2\n# END x\nb",
  ],
  [
    "has a neighbour of another name",
    { content: "1" },
    "# BEGIN xy\n# END xy\n",
    "# BEGIN xy\n# END xy\n# BEGIN x\n1\n# END x\n",
  ],
  ["has other comments", { content: "1", comment: ";" }, "", "; BEGIN x\n1\n; END x\n"],
  ["is taken out", { present: false }, "a\n# BEGIN x\n1\n# END x\nb\n", "a\nb\n"],
  ["is taken out at an unended end", { present: false }, "a\n# BEGIN x\n1\n# END x", "a\n"],
  ["is not there", { present: false }, "a\n", undefined],
  ["holds empty lines", { content: "\n\n" }, "", "# BEGIN x\n\n\n# END x\n"],
])("a block that %s", (_, args, before, after) => {
  expect(edit(args, before)).toBe(after);
  expect(edit(args, after ?? before)).toBeUndefined();
});

test("the block alone is shown as changed, a secret one not at all", () => {
  const text = "secret=1\n# BEGIN x\n1\n# END x\n";
  expect(changesOf(plan({ content: "2" }, text))).toEqual(["block: 1\n -> 2\n"]);
  expect(changesOf(plan({ present: false }, text))).toEqual(["block: 1\n -> (absent)"]);
  const steps = plan({ content: secret("hunter2") }, text);
  expect(changesOf(steps)).toEqual(["block: *** -> ***"]);
  expect(JSON.stringify(steps)).not.toMatch(/hunter2|secret=1/);
});

test.each([
  ["no end", "# BEGIN x\n1\n"],
  ["no beginning", "1\n# END x\n"],
  ["the end first", "# END x\n# BEGIN x\n"],
  ["two beginnings", "# BEGIN x\n# BEGIN x\n# END x\n"],
  ["two blocks", "# BEGIN x\n# END x\n# BEGIN x\n# END x\n"],
])("a file with %s is left alone", (_, text) => {
  expect(() => plan({ content: "1" }, text)).toThrow('the marker lines of block "x" in /etc/hosts are not one pair');
});

test("content that holds its own marker is refused", () => {
  expect(() => block({ path, name: "x", content: "a\n# END x\nb" })).toThrow(/marker line/);
  expect(() => block({ path, name: "x\ny" })).toThrow(/one line is needed/);
});

test.each(shells)("on a real host with $name blocks of two names live in one file", (shell) => {
  const target = join(temporaryFolder(), "hosts");
  writeFileSync(target, "127.0.0.1 localhost\n");
  carryOut(block({ path: target, name: "one", content: "10.0.0.1 a\n" }), shell);
  carryOut(block({ path: target, name: "two", content: "10.0.0.2 b\n" }), shell);
  carryOut(block({ path: target, name: "one", present: false }), shell);
  expect(readFileSync(target, "utf8")).toBe("127.0.0.1 localhost\n# BEGIN two\n10.0.0.2 b\n# END two\n");
});
