import type { DrillLimits } from "../define/drill.ts";

/** What was measured, as far as limits are set on it. */
export interface Measured {
  readonly longestGapMs: number;
  readonly lost: number;
  readonly twoHoldersMs: number;
  readonly missing?: number | undefined;
}

/** What exceeds its limit, one sentence each, with both numbers. */
export function exceeded(
  limits: DrillLimits,
  { longestGapMs, lost, twoHoldersMs, missing = 0 }: Measured,
): readonly string[] {
  const found: readonly [number, number | undefined, (limit: number) => string][] = [
    [
      longestGapMs,
      limits.maxGapMs,
      (most) => `the client had no success for ${longestGapMs} ms, the limit is ${most} ms`,
    ],
    [lost, limits.maxLost, (most) => `the client lost ${lost} requests, the limit is ${most}`],
    [
      missing,
      limits.maxMissing,
      (most) => `${missing} writes were acknowledged and are not there, the limit is ${most}`,
    ],
    [
      twoHoldersMs,
      limits.maxTwoHoldersMs,
      (most) => `two members held at once for at least ${twoHoldersMs} ms, the limit is ${most} ms`,
    ],
  ];
  return found.flatMap(([value, limit, say]) => (limit !== undefined && value > limit ? [say(limit)] : []));
}
