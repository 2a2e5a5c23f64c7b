import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Journal, JournalError, latestRun, readJournal } from "../../runner/report/journal.ts";
import { Redactor } from "../../runner/report/redact.ts";
import { runStart, taskEnd } from "./events.ts";
import { firstRun } from "./scenarios.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ts-play-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the journal of a run", () => {
  test("gives back the events in the order of the calls, though nobody waited for the disk", async () => {
    const journal = await Journal.open(folder, "run1");
    const appended = firstRun.map((event) => journal.append(event));
    await journal.sync();
    await Promise.all(appended);
    await journal.close();
    expect(readJournal(journal.file).map(({ type, at }) => [type, at])).toEqual(
      firstRun.map(({ type, at }) => [type, at]),
    );
    expect(readFileSync(journal.file, "utf8").split("\n")[0]).toMatch(/^{"v":1,"type":"run-start"/);
  });

  test("can be read by its owner only", async () => {
    const journal = await Journal.open(folder, "run1");
    await journal.close();
    expect([statSync(journal.file).mode & 0o777, statSync(join(folder, "runs")).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  test("is on the disk when append has resolved, before it is closed", async () => {
    const journal = await Journal.open(folder, "run1");
    await journal.append(runStart(["a"]));
    expect(readJournal(journal.file)).toHaveLength(1);
    await journal.close();
  });

  test.each([
    ["a torn line", '{"v":1,"type":"task-e'],
    ["a torn line with its newline", '{"v":1,"type":"task-e\n'],
    ["zeros, as after a loss of power", "\0\0\0\0"],
  ])("leaves out %s at the end", async (_, torn) => {
    const journal = await Journal.open(folder, "run1");
    await journal.append(runStart(["a"]));
    await journal.close();
    appendFileSync(journal.file, torn);
    expect(readJournal(journal.file).map(({ type }) => type)).toEqual(["run-start"]);
  });

  test("is refused, with the line, when it is broken in the middle", async () => {
    const journal = await Journal.open(folder, "run1");
    appendFileSync(journal.file, "broken\n");
    await journal.append(runStart(["a"]));
    await journal.close();
    expect(() => readJournal(journal.file)).toThrow(`${journal.file}:1: error JRN001`);
  });

  test("fails each append, and sync, when the disk is full", async () => {
    mkdirSync(join(folder, "runs"));
    symlinkSync("/dev/full", join(folder, "runs", "run1.ndjson"));
    const journal = await Journal.open(folder, "run1");
    await expect(journal.append(runStart(["a"]))).rejects.toThrow(JournalError);
    await expect(journal.append(runStart(["a"]))).rejects.toThrow(/no space left on device/i);
    await expect(journal.sync()).rejects.toThrow(JournalError);
    await expect(journal.close()).rejects.toThrow(JournalError);
  });

  test("says which file cannot be written, and what to do", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(Journal.open(file, "run1")).rejects.toThrow(
      `${file}/runs/run1.ndjson: the journal of this run cannot`,
    );
  });

  test("says so, and does not hang, where no folder can be made", { timeout: 20_000 }, async () => {
    await expect(Journal.open("/proc/nowhere", "run1")).rejects.toThrow(
      /journal of this run cannot be written: ENOENT/,
    );
  });

  test("holds no known secret", async () => {
    const redactor = new Redactor();
    redactor.add('hunt"er2');
    const journal = await Journal.open(folder, "run1", redactor);
    await journal.append(taskEnd("a", "x/y z", "failed", { failure: { message: 'login with hunt"er2 refused' } }));
    await journal.close();
    expect(readFileSync(journal.file, "utf8")).not.toContain("er2");
    expect(readJournal(journal.file)).toMatchObject([{ failure: { message: "login with *** refused" } }]);
  });

  test("of the run that wrote last is found; none in an empty folder", async () => {
    expect(latestRun(folder)).toBeUndefined();
    const journals = await Promise.all(["run2", "run1"].map((id) => Journal.open(folder, id)));
    await Promise.all(journals.map((journal) => journal.close()));
    for (const [index, { file }] of journals.entries()) utimesSync(file, 1000 + index, 1000 + index);
    expect(latestRun(folder)).toBe(join(folder, "runs", "run1.ndjson"));
  });
});
