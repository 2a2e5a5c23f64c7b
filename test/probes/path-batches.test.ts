import { expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { inBatches } from "../../runner/probes/path-batches.ts";

const echo = (paths: readonly string[]) => sh`echo ${paths}`;

test("no process is given more than a fraction of what Linux allows, and no path is lost", () => {
  const paths = Array.from({ length: 20_000 }, (_, i) => `/${"x".repeat(i % 200)}/${i}`);
  const lines = inBatches(paths, echo).toString().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(201_000);
  expect(lines.length).toBeLessThan(15);
  expect(lines.flatMap((line) => line.split(" ").slice(1))).toEqual(paths);
});

test("few paths make one command, none an empty one", () => {
  expect(inBatches(["/a", "/b c"], echo).toString()).toBe("echo /a '/b c'");
  expect(inBatches([], echo).toString()).toBe("echo ");
});
