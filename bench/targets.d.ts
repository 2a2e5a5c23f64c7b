import { type Row } from "./results.ts";
export interface Target {
  readonly title: string;
  /** Undefined where the runs it needs were not made. */
  readonly measured: string | undefined;
  readonly met: boolean | undefined;
}
/** What ts-play must reach, and what it did. */
export declare const targets: (rows: readonly Row[]) => readonly Target[];
