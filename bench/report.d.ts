import type { Contestant } from "./contestants.ts";
import { type Row } from "./results.ts";
/** The text of bench/results.md. */
export declare const report: (
  rows: readonly Row[],
  contestants: readonly Contestant[],
  argv: readonly string[],
) => string;
