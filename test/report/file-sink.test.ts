import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FileSink } from "../../runner/report/file-sink.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ts-play-sink-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A pipe with a reader that we hold and do not read from. */
function makePipe(): { readonly reader: number; readonly writer: number } {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

describe("the sink of a file descriptor", () => {
  test("writes everything in order", async () => {
    const path = join(folder, "out");
    const fd = openSync(path, "w");
    const sink = new FileSink(fd);
    const lines = Array.from({ length: 5000 }, (_, at) => `line ${at} äöü\n`);
    for (const line of lines) sink.write(line);
    expect(await sink.flush(30_000)).toBe(true);
    closeSync(fd);
    expect(readFileSync(path, "utf8")).toBe(lines.join(""));
  });

  test("never makes the run wait for a reader that does not read", async () => {
    const { reader, writer } = makePipe();
    const sink = new FileSink(writer);
    for (let round = 0; round < 100; round += 1) sink.write("x".repeat(10_000));
    await sleep(50);
    expect(await sink.flush(50)).toBe(false);
    closeSync(reader);
    await sink.flush(2000);
    closeSync(writer);
  });

  test("gives a slow reader all of it in the end", async () => {
    const { reader, writer } = makePipe();
    const sink = new FileSink(writer);
    sink.write("y".repeat(300_000));
    let read = 0;
    const buffer = Buffer.alloc(4096);
    for (const deadline = performance.now() + 30_000; performance.now() < deadline && read < 300_000; ) {
      read += readSome(reader, buffer);
      await sleep(1);
    }
    expect(read).toBe(300_000);
    expect(await sink.flush(30_000)).toBe(true);
    closeSync(reader);
    closeSync(writer);
  });

  test("falls silent when nobody reads any more", async () => {
    const { reader, writer } = makePipe();
    closeSync(reader);
    const sink = new FileSink(writer);
    sink.write("hello");
    expect(await sink.flush(1000)).toBe(false);
    sink.write("again");
    closeSync(writer);
  });

  test("says how large its terminal is, and assumes 80 by 24 where nobody knows", () => {
    const known = new FileSink(1, { isTTY: true, columns: 120, rows: 40 });
    expect([known.isTty, known.columns, known.rows]).toEqual([true, 120, 40]);
    const unknown = new FileSink(1, { columns: 0 });
    expect([unknown.isTty, unknown.columns, unknown.rows]).toEqual([false, 80, 24]);
  });
});

function readSome(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}
