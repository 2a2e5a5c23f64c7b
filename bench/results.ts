import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache } from "./folders.ts";
import type { ScenarioName } from "./options.ts";

/** One run of one contestant. */
export interface Sample {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly hostsCpuSeconds: number;
  readonly load: number;
  /** How late the event loop was, 99th percentile in ms; only where it is watched. */
  readonly loopP99Ms?: number | undefined;
  /** The same without the time in which other processes had the processors. */
  readonly loopOwnP99Ms?: number | undefined;
}

/** What one contestant did in one scenario. */
export interface Row {
  readonly scenario: ScenarioName;
  readonly contestant: string;
  readonly samples: readonly Sample[];
  /** When the benchmark that measured it was started. */
  readonly run?: string | undefined;
  /** What went wrong, or why there are no samples. */
  readonly remark?: string | undefined;
}

const file = join(cache, "results.json");

/** What earlier runs measured; none when there was no run. */
export function readRows(): readonly Row[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as readonly Row[];
  } catch {
    // The first run.
    return [];
  }
}

export const writeRows = (rows: readonly Row[]): void => writeFileSync(file, JSON.stringify(rows, undefined, 1));

/** Newer rows in the place of older ones of the same scenario and contestant. */
export const mergeRows = (older: readonly Row[], newer: readonly Row[]): readonly Row[] => [
  ...older.filter((row) => !newer.some((other) => sameSubject(row, other))),
  ...newer,
];

const sameSubject = (a: Row, b: Row): boolean => a.scenario === b.scenario && a.contestant === b.contestant;

/** The middle one of an odd number of values, else the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
