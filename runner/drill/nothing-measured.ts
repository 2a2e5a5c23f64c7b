import type { DrillResult } from "../report/drill-event.ts";

/** Of a drill that was refused before its client began. */
export const nothingMeasured: Omit<DrillResult, "verdict" | "objections" | "restored" | "victim"> = {
  sent: 0,
  lost: 0,
  losses: [],
  longestGapMs: 0,
  outages: [],
  twoHoldersMs: 0,
  nobodyMs: 0,
};
