import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Screen } from "./screen.ts";

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
let folder = "";
let program = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ts-play-tree-"));
  program = join(folder, "play-events.mjs");
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const options = ["--bundle", "--platform=node", "--format=esm", "--packages=external", "--log-level=error"];
  await execute(join(root, "node_modules/.bin/esbuild"), [
    join(import.meta.dirname, "play-events.ts"),
    ...options,
    `--outfile=${program}`,
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the program writes on a real terminal (script from util-linux makes it) of that size. */
async function onTerminal(columns: number, rows: number, words: string): Promise<string> {
  const command = `stty cols ${columns} rows ${rows}; exec ${process.execPath} ${program} ${words}`;
  const { stdout } = await execute("script", ["-qec", command, "/dev/null"], { timeout: 120_000, maxBuffer: 1 << 26 });
  return stdout;
}

function finalScreen(output: string, columns: number, rows: number): string {
  const screen = new Screen(columns, rows);
  screen.write(output);
  return screen.text;
}

const figuresOf = (output: string) => JSON.parse(stripVTControlCharacters(output).trim().split("\n").at(-1) ?? "{}");

describe("the live view on a real terminal", () => {
  test("shows hosts at work, and leaves results, failures and the table", async () => {
    const output = await onTerminal(100, 30, "trouble tree 0.1 plain");
    expect(output).toContain("Load balancers  0/3 hosts · 00:0");
    expect(output).toMatch(/ {4}lb1 {2}haproxy\/packages haproxy \d\./);
    await expect(finalScreen(output, 100, 30)).toMatchFileSnapshot("fixtures/troubled-run.tree.txt");
  });

  test("shows the changes that a check found", async () => {
    const output = await onTerminal(100, 40, "first tree 0.05 plain check");
    await expect(finalScreen(output, 100, 40)).toMatchFileSnapshot("fixtures/first-run-check.tree.txt");
  });

  test.each([
    [20, 5],
    [10, 3],
  ])("survives %i columns and %i rows", async (columns, rows) => {
    const output = await onTerminal(columns, rows, "trouble tree 0.1 plain");
    const words = finalScreen(output, columns, rows).replace(/\s/g, "");
    expect(words).toContain("Exitcode3:ataskfailed.");
    expect(words.match(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g)).toBeNull();
  });

  test("colours nothing where no colour is wanted", async () => {
    expect(await onTerminal(80, 24, "second tree 0.1 plain")).not.toContain("\x1b[32m");
    expect(await onTerminal(80, 24, "second tree 0.1")).toContain("\x1b[32m");
  });

  // Other work on the machine delays both of the two runs, seldom equally: one quiet moment in three must show it.
  test("costs nothing noticeable with 500 hosts and 100 tasks each, and listens to no signal", {
    retry: 2,
  }, async () => {
    const without = figuresOf(await onTerminal(120, 40, "fleet tree 15 figures silent"));
    const figures = figuresOf(await onTerminal(120, 40, "fleet tree 15 figures"));
    expect(figures.listeners).toEqual([0, 0, 0]);
    expect(figures.p99Ms).toBeLessThan(Math.max(50, 2 * without.p99Ms));
    expect(figures.cpuMs - without.cpuMs).toBeLessThan(1500);
    expect(figures.bytes).toBeLessThan(100_000);
  });
});
