import { expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { holds } from "../../runner/define/condition.ts";
import { Ref } from "../../runner/define/ref.ts";
import { TaskRefusal } from "../../runner/define/task.ts";
import { assert } from "../../runner/operations/assert.ts";
import { pathExists } from "../../runner/probes/path-exists.ts";
import { wanted } from "./take-steps.ts";

const exists = (path: string) => holds(pathExists(path), (answer) => answer, "it is there");

test.each([true, exists("/etc"), sh`test -d /etc`])("%j holds: nothing is wanted", (that) => {
  expect(wanted(assert({ that, message: "it is wrong" }))).toEqual([]);
});

test.each([false, exists("/no/such"), sh`test -d /no/such`])("%j does not hold: it stops with the reason", (that) => {
  const task = assert({ that, message: "it is wrong", fix: "make it right" });
  expect(task.name).toBe("assert it is wrong");
  expect(() => wanted(task)).toThrow(TaskRefusal);
  expect(() => wanted(task)).toThrow(expect.objectContaining({ message: "it is wrong", fix: "make it right" }));
});

test("what cannot be asked is refused", () => {
  expect(() => assert({ that: "yes" as never, message: "x" })).toThrow(/true or false, a condition/);
  expect(() => assert({ that: true, message: "" })).toThrow(/message/);
  const ref = new Ref("token of cp1", [], () => "t");
  expect(() => assert({ that: sh`test ${ref}`, message: "x" })).toThrow(/without outputs of other hosts/);
});
