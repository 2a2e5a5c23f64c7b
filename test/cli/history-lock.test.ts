import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withHistoryLock } from "../../runner/cli/history-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "history-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("of many that read and write, each sees what the one before it wrote", async () => {
  const file = join(folder, "drift", "site.ndjson");
  const add = async () => {
    const before = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    await sleep(2);
    writeFileSync(file, String(before + 1));
  };
  await Promise.all(Array.from({ length: 20 }, () => withHistoryLock(file, add)));
  expect(readFileSync(file, "utf8")).toBe("20");
  expect(readdirSync(join(folder, "drift"))).toEqual(["site.ndjson"]);
});

test("what failed, and what died, holds nobody up", async () => {
  const file = join(folder, "site.ndjson");
  await expect(withHistoryLock(file, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  const dead = execFileSync(process.execPath, ["-p", "process.pid"]).toString().trim();
  writeFileSync(`${file}.lock`, dead);
  expect(await Promise.all([1, 2, 3].map((n) => withHistoryLock(file, () => Promise.resolve(n))))).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual([]);
});
