import { expect, test } from "vitest";
import { exceeded } from "../../runner/drill/verdict.ts";

const measured = { longestGapMs: 5001, lost: 12, twoHoldersMs: 400 };

test("what exceeds its limit is named with both numbers", () => {
  expect(exceeded({ maxGapMs: 5000, maxLost: 11, maxTwoHoldersMs: 399 }, measured)).toEqual([
    "the client had no success for 5001 ms, the limit is 5000 ms",
    "the client lost 12 requests, the limit is 11",
    "two members held at once for at least 400 ms, the limit is 399 ms",
  ]);
});

test("a limit may be reached, and what has none is not judged", () => {
  expect(exceeded({ maxGapMs: 5001, maxLost: 12 }, measured)).toEqual([]);
  expect(exceeded({}, measured)).toEqual([]);
});

test("nothing may be lost when the limit is 0", () => {
  expect(exceeded({ maxLost: 0 }, measured)).toHaveLength(1);
});
