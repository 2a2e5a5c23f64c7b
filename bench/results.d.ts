import type { ScenarioName } from "./options.ts";
/** One run of one contestant. */
export interface Sample {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly hostsCpuSeconds: number;
  readonly load: number;
  /** Event-loop delay, 99th percentile and longest, ms; only where it is watched. */
  readonly loopP99Ms?: number | undefined;
  readonly loopMaxMs?: number | undefined;
}
/** What one contestant did in one scenario. */
export interface Row {
  readonly scenario: ScenarioName;
  readonly contestant: string;
  readonly samples: readonly Sample[];
  /** What went wrong, or why there are no samples. */
  readonly remark?: string | undefined;
}
/** What earlier runs measured; none when there was no run. */
export declare function readRows(): readonly Row[];
export declare const writeRows: (rows: readonly Row[]) => void;
/** Newer rows in the place of older ones of the same scenario and contestant. */
export declare const mergeRows: (older: readonly Row[], newer: readonly Row[]) => readonly Row[];
/** The middle one of an odd number of values, else the mean of the middle two. */
export declare function median(values: readonly number[]): number;
