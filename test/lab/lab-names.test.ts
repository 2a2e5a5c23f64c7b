import { expect, test } from "vitest";
import { checkHostNames, checkLabName } from "../../runner/lab/lab-names.ts";

test.each(["lab", "e2e-1", "a23456789012"])("takes %s as the name of a lab", (name) => {
  expect(() => checkLabName(name)).not.toThrow();
});

test.each(["", "base", "Lab", "1lab", "a/b", "..", "a234567890123"])("refuses %j as the name of a lab", (name) => {
  expect(() => checkLabName(name)).toThrow(/LAB003.*Fix:/);
});

test("calls a number of hosts after the lab", () => {
  expect(checkHostNames("bench", 3)).toEqual(["bench1", "bench2", "bench3"]);
});

test.each([
  ["none", []],
  ["a number below one", 0],
  ["one given twice", ["a", "b", "a"]],
  ["one with a space", ["a b"]],
  ["one that leaves the directory", [".."]],
])("refuses hosts: %s", (_, hosts) => {
  expect(() => checkHostNames("lab", hosts)).toThrow(/LAB004/);
});
