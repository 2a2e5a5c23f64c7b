/** The parts of a drill, in order: is all well, does the client succeed, break and watch, mend, until all is well again. */
export type DrillPhase = "looking" | "steady" | "broken" | "mending" | "healing";

/** A time without any success of the client; times are ms since the run's start. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  readonly lost: number;
}

/** How a drill ended: `refused` when nothing was broken, because all was not well before. */
export type DrillVerdict = "passed" | "failed" | "refused" | "interrupted";

/** What a drill found out. Durations are ms. */
export interface DrillResult {
  readonly verdict: DrillVerdict;
  /** Why it did not pass: one sentence each. */
  readonly objections: readonly string[];
  readonly victim?: string | undefined;
  /** False when something that was broken is not known to be well again. */
  readonly restored: boolean;
  readonly sent: number;
  readonly lost: number;
  /** What became of the lost requests, the most frequent first. */
  readonly losses: readonly { readonly reason: string; readonly count: number }[];
  /** The longest time between two successes. */
  readonly longestGapMs: number;
  readonly outages: readonly Outage[];
  /** From the break until another member than the victim was seen to hold. */
  readonly movedAfterMs?: number | undefined;
  readonly newHolder?: string | undefined;
  /** From the break until the client first succeeded again; 0 when it lost nothing, undefined when it never did. */
  readonly answeredAfterMs?: number | undefined;
  /** The longest time for which it is certain that two members held at once, or that none did. */
  readonly twoHoldersMs: number;
  readonly nobodyMs: number;
  /** Of a client that writes: acknowledged, but late. */
  readonly late?: number | undefined;
  /** Of a client that writes: acknowledged, and not there when it was read back in the end. */
  readonly missing?: number | undefined;
}

interface OfDrill {
  /** ms since the run's start. */
  readonly at: number;
  /** The place of the drill in the run, from 0. */
  readonly drill: number;
}

/** What happens in a drill. */
export type DrillEvent =
  | (OfDrill & {
      readonly type: "drill-start";
      /** The drill's file, without folder and ending. */
      readonly title: string;
      readonly summary: string;
      /** What the client does. */
      readonly client: string;
      /** What the members hold or do not. */
      readonly held: string;
      readonly members: readonly string[];
      readonly faults: readonly string[];
      readonly limits: Readonly<Record<string, number>>;
    })
  | (OfDrill & { readonly type: "drill-phase"; readonly phase: DrillPhase; readonly victim?: string | undefined })
  /** The client succeeds no more, since its last success; or it succeeds again. */
  | (OfDrill & {
      readonly type: "drill-client";
      readonly answers: boolean;
      readonly since: number;
      readonly reason?: string | undefined;
    })
  /** A member is seen for the first time, or otherwise than before; null: it cannot be asked. */
  | (OfDrill & { readonly type: "drill-seen"; readonly host: string; readonly holds: boolean | null })
  /** Every second. */
  | (OfDrill & {
      readonly type: "drill-progress";
      readonly sent: number;
      readonly lost: number;
      readonly longestGapMs: number;
    })
  | (OfDrill & { readonly type: "drill-end"; readonly result: DrillResult });
