import { expect, test } from "vitest";
import { allowedFailures, batches } from "../../runner/plan/batch.ts";

const hosts = (count: number) => Array.from({ length: count }, (_, i) => i);
const sizes = (count: number, ...given: (number | `${number}%`)[]) =>
  batches(hosts(count), given).map(({ length }) => length);

test("splits by number, by part, and by a growing list whose last size repeats", () => {
  expect(sizes(7, "100%")).toEqual([7]);
  expect(sizes(7, 2)).toEqual([2, 2, 2, 1]);
  expect(sizes(7, "25%")).toEqual([1, 1, 1, 1, 1, 1, 1]);
  expect(sizes(40, 1, "10%", "100%")).toEqual([1, 4, 35]);
  expect(sizes(3, "1%")).toEqual([1, 1, 1]);
  expect(sizes(0, 1)).toEqual([]);
});

test("every host is in exactly one batch, in order, for many sizes", () => {
  for (let count = 1; count < 60; count++) {
    for (const size of [1, 3, "10%", "34%", "100%"] as const)
      expect(batches(hosts(count), [size]).flat()).toEqual(hosts(count));
  }
});

test("refuses a batch that never ends and one that is not a size", () => {
  expect(() => sizes(3, 0)).toThrow(/PLY013: a batch of 0 hosts never ends/);
  expect(() => batches(hosts(3), ["x%" as "1%"])).toThrow(/PLY013: "x%" is not a number of hosts/);
});

test("a failure budget in percent is rounded down, to nothing as well", () => {
  expect(allowedFailures(0, 10)).toBe(0);
  expect(allowedFailures(2, 10)).toBe(2);
  expect(allowedFailures("10%", 25)).toBe(2);
  expect(allowedFailures("10%", 5)).toBe(0);
});
