import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { replaceFile } from "../../runner/cli/replace-file.ts";

const folder = mkdtempSync(join(tmpdir(), "ts-play-replace-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file is replaced whole, and nothing is left beside it when it cannot be", async () => {
  mkdirSync(join(folder, "in-the-way"));
  await replaceFile(join(folder, "file"), "old");
  await replaceFile(join(folder, "file"), "new");
  await expect(replaceFile(join(folder, "in-the-way"), "text")).rejects.toThrow("EISDIR");
  expect(readdirSync(folder).toSorted()).toEqual(["file", "in-the-way"]);
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("new");
});
