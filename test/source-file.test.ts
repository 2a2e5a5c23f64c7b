import { expect, test } from "vitest";
import { parseSource } from "./source-file.ts";

const parse = (text: string) => parseSource("runner/define/task.ts", text);
const targets = (text: string) => parse(text).imports.map(({ target, typeOnly }) => [target, typeOnly]);

test.each([
  ['import { run } from "../engine/run.ts";', "runner/engine/run.ts", false],
  ['import type { Run } from "../engine/run.ts";', "runner/engine/run.ts", true],
  ['import { type Run } from "./step.ts";', "runner/define/step.ts", true],
  ['export { run } from "../engine/run.ts";', "runner/engine/run.ts", false],
  ['export * from "../engine/run.ts";', "runner/engine/run.ts", false],
  ['const load = () => import("ssh2");', "ssh2", false],
  ['type Run = import("../engine/run.ts").Run;', "runner/engine/run.ts", true],
  ['import "zx/globals";', "zx/globals", false],
])("%s is seen", (text, target, typeOnly) => {
  expect(targets(text)).toEqual([[target, typeOnly]]);
});

test("an import in a text or a comment is none", () => {
  expect(targets('// import "a";\nconst text = "import b; import(c)";')).toEqual([]);
});

test("functions are found by the name of what holds them, with their lines", () => {
  const { functions } = parse(
    ["function one() {", "  return 1;", "}", "const two = () => 2;", "class A {", "  three() {}", "}"].join("\n"),
  );
  expect(functions).toEqual([
    { name: "one", line: 1, lines: 3 },
    { name: "two", line: 4, lines: 1 },
    { name: "three", line: 6, lines: 1 },
  ]);
});

test("a function that is only handed on has no name, and is part of what it stands in", () => {
  expect(parse("const sum = (list) => list.map((one) => one + 1);").functions.map(({ name }) => name)).toEqual(["sum"]);
});
