import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { typeErrors, withUserProject } from "./user-project.ts";

const EXCUSE = /^\s*\/\/ @ts-expect-error: (.*)$/;
const lines = readFileSync(join(import.meta.dirname, "types.test-d.ts"), "utf8").split("\n");

const errorsOf = async (text: string) =>
  (await withUserProject({ "misuse.ts": text }, typeErrors)).filter((error) => error.startsWith("misuse.ts"));

test("each misuse is an error once nothing excuses it", { timeout: 60_000 }, async () => {
  const misused = lines.flatMap((line, i) => (EXCUSE.test(line) ? [{ line: i + 1, why: EXCUSE.exec(line)?.[1] }] : []));
  const errors = await errorsOf(lines.map((line) => line.replace("@ts-expect-error", "")).join("\n"));
  const found = new Set(errors.map((error) => Number(/^misuse\.ts\((\d+),/.exec(error)?.[1])));

  expect(misused.length).toBeGreaterThan(50);
  expect(misused.filter(({ line }) => !found.has(line + 1)).map(({ why }) => why)).toEqual([]);
  expect(errors).toHaveLength(misused.length);
});

test("an excuse for what is right is an error, so none outlives its reason", { timeout: 60_000 }, async () => {
  const planted =
    'import { file } from "ts-play";\n// @ts-expect-error: planted\nfile({ path: "/a", content: "b" });\n';
  expect(await errorsOf(planted)).toEqual(["misuse.ts(2,1): error TS2578: Unused '@ts-expect-error' directive."]);
});
