import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
  const dead = deadPid();
  abandon(file, dead);
  expect(await Promise.all([1, 2, 3].map((n) => withHistoryLock(file, () => Promise.resolve(n))))).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual([]);
});

test("of many that find it abandoned one takes it, and nobody takes it from that one", async () => {
  const dead = deadPid();
  const most = await Promise.all(
    Array.from({ length: 30 }, async (_, round) => {
      const file = join(folder, `${round}.ndjson`);
      let holders = 0;
      let most = 0;
      const work = async () => {
        most = Math.max(most, ++holders);
        await sleep(1);
        holders--;
      };
      abandon(file, dead);
      await Promise.all(Array.from({ length: 8 }, () => withHistoryLock(file, work)));
      return most;
    }),
  );
  expect(Math.max(...most)).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

describe("where the lock is a file, as earlier versions made it", () => {
  test("it is taken from a process that died", async () => {
    const file = join(folder, "site.ndjson");
    writeFileSync(`${file}.lock`, deadPid());
    expect(await Promise.all([1, 2, 3].map((n) => withHistoryLock(file, () => Promise.resolve(n))))).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a process that lives keeps it until it is done", async () => {
    const file = join(folder, "site.ndjson");
    writeFileSync(`${file}.lock`, String(process.pid));
    let done = false;
    const waiting = withHistoryLock(file, () => Promise.resolve(done));
    await sleep(200);
    done = true;
    rmSync(`${file}.lock`);
    expect(await waiting).toBe(true);
  });
});

test("what a process left that died while it waited is taken away, and nothing else", async () => {
  const file = join(folder, "site.ndjson");
  const left = (pid: string | number) => `site.ndjson.lock.${pid}.0123456789ab`;
  for (const pid of [deadPid(), process.pid]) {
    mkdirSync(join(folder, left(pid)));
    writeFileSync(join(folder, left(pid), `${pid}.0123456789ab`), "");
  }
  writeFileSync(join(folder, "site.ndjson.lock.note"), "");
  await withHistoryLock(file, () => Promise.resolve());
  expect(readdirSync(folder).toSorted()).toEqual([left(process.pid), "site.ndjson.lock.note"].toSorted());
});

const deadPid = (): string => execFileSync(process.execPath, ["-p", "process.pid"]).toString().trim();

const abandon = (file: string, pid: string) => {
  mkdirSync(`${file}.lock`);
  writeFileSync(join(`${file}.lock`, `${pid}.0`), "");
};
