import { type ExecFileException, execFile } from "node:child_process";
import { join } from "node:path";
import type { DrillResult } from "../../runner/report/drill-event.ts";
import type { RunEvent } from "../../runner/report/event.ts";

const root = join(import.meta.dirname, "../..");

/** One run of the program, and what it told as JSON. */
export interface Outcome {
  readonly exitCode: number;
  readonly events: readonly RunEvent[];
  readonly text: string;
}

/** Exit code of a program, by what `execFile` says of it; one that a signal has ended is no success. */
export const exitCodeOf = (error: ExecFileException | null): number =>
  error === null ? 0 : typeof error.code === "number" ? error.code : 1;

/** Runs the program in the project's folder. */
export function runProgram(...words: readonly string[]): Promise<Outcome> {
  const args = ["bin/ts-play.js", ...words, "--output", "json"];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const lines = stdout.split("\n").filter(Boolean);
      resolve({
        exitCode: exitCodeOf(error),
        events: lines.map((line) => JSON.parse(line) as RunEvent),
        text: stdout + stderr,
      });
    });
  });
}

/** The tasks that changed something, each with its host. */
export const changed = ({ events }: Outcome): readonly string[] =>
  events
    .flatMap((event) => (event.type === "task-end" && event.state === "changed" ? [`${event.host} ${event.task}`] : []))
    .sort();

/** What each drill of a run found out. */
export const drillResults = ({ events }: Outcome): readonly DrillResult[] =>
  events.flatMap((event) => (event.type === "drill-end" ? [event.result] : []));
