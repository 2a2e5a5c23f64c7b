import { readFileSync } from "node:fs";
import { formatDuration } from "../report/duration.ts";
import type { RunEvent } from "../report/event.ts";
import { recordedRuns } from "../report/journal.ts";
import { oneLine } from "../report/sanitize.ts";

const MOST = 50;

/** The runs that are recorded, newest first, a line each. */
export function runTable(directory: string): string {
  const runs = recordedRuns(directory);
  if (runs.length === 0) return `no run is recorded in ${directory}\n`;
  const rows = [["run", "started", "took", "mode", "hosts", "exit", "command"], ...runs.slice(0, MOST).map(rowOf)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  const rest = runs.length > MOST ? [`and ${runs.length - MOST} older ones`] : [];
  return [...lines, ...rest].map((line) => `${line}\n`).join("");
}

function rowOf({ id, file }: { readonly id: string; readonly file: string }): readonly string[] {
  const { first, last } = endsOf(file);
  if (first?.type !== "run-start") return [id, "", "", "", "", "", "(damaged)"];
  const hosts = new Set(first.plays.flatMap((play) => play.hosts)).size;
  const took = last?.type === "run-end" ? formatDuration(last.durationMs) : "?";
  const exit = last?.type === "run-end" ? String(last.exitCode) : "killed";
  const started = first.startedAt.slice(0, 19).replace("T", " ");
  return [id, started, took, first.mode, String(hosts), exit, oneLine(first.command.join(" "))];
}

/** The first and the last event; what stands between them need not be understood for a list. */
export function endsOf(file: string): { readonly first: RunEvent | undefined; readonly last: RunEvent | undefined } {
  const lines = readFileSync(file, "utf8").trimEnd();
  return {
    first: eventOf(lines.slice(0, (lines.indexOf("\n") + 1 || lines.length + 1) - 1)),
    last: eventOf(lines.slice(lines.lastIndexOf("\n") + 1)),
  };
}

function eventOf(line: string): RunEvent | undefined {
  try {
    return JSON.parse(line) as RunEvent;
  } catch {
    // A line that was cut off when its writer died.
    return undefined;
  }
}
