import { z } from "zod";
import type { DrillView } from "../drill-state.ts";

const count = z.int().min(0);
const milliseconds = z.number().min(0);
const sinceStart = milliseconds.describe("ms since the start of the run");

const span = z.object({
  fromMs: sinceStart,
  toMs: sinceStart,
  state: z.enum(["holds", "does not hold", "cannot be asked"]),
});

/** One drill of a run. */
export const drillDocument = z.object({
  title: z.string(),
  summary: z.string(),
  verdict: z
    .enum(["passed", "failed", "refused", "interrupted", "unknown"])
    .describe("`refused`: nothing was broken, because all was not well before; `unknown`: the run ended in the middle"),
  objections: z.array(z.string()).readonly().describe("why it did not pass"),
  restored: z.boolean().describe("false when something that was broken is not known to be well again"),
  client: z.string().describe("what it does"),
  held: z.string().describe("what members hold or do not"),
  faults: z.array(z.string()).readonly().describe("what is broken"),
  victim: z.string().optional(),
  limits: z.record(z.string(), z.number()),
  sent: count,
  lost: count,
  losses: z.array(z.object({ reason: z.string(), count })).readonly(),
  longestGapMs: milliseconds.describe("the longest time between two successes of the client"),
  twoHoldersMs: milliseconds.describe("for so long it is certain that two members held at once"),
  nobodyMs: milliseconds.describe("for so long it is certain that none did"),
  late: count.optional().describe("of a client that writes: acknowledged, but late"),
  missing: count.optional().describe("of a client that writes: acknowledged, and not there in the end"),
  newHolder: z.string().optional(),
  movedAfterMs: milliseconds.optional().describe("from the break until another than the victim was seen to hold"),
  answeredAfterMs: milliseconds.optional().describe("from the break until the client first succeeded again"),
  startedAtMs: sinceStart,
  brokenAtMs: sinceStart.optional(),
  mendedAtMs: sinceStart.optional(),
  endedAtMs: sinceStart,
  outages: z.array(z.object({ fromMs: sinceStart, toMs: sinceStart })).readonly(),
  members: z.array(z.object({ host: z.string(), spans: z.array(span).readonly() })).readonly(),
});

export type DrillDocument = z.output<typeof drillDocument>;

const nothingFound = {
  verdict: "unknown",
  objections: ["the run ended in the middle of it"],
  restored: false,
  losses: [],
  twoHoldersMs: 0,
  nobodyMs: 0,
} as const;

/** A drill as far as it is known; `now` is its end when it has none. */
export function drillDocumentOf(view: DrillView, now: number): DrillDocument {
  const { start, result, progress, silences, seen } = view;
  const endedAtMs = view.endedAt ?? now;
  const { outages: _, ...found } = result ?? { ...nothingFound, ...progressOf(progress), outages: [] };
  return {
    title: start.title,
    summary: start.summary,
    client: start.client,
    held: start.held,
    faults: start.faults,
    limits: start.limits,
    ...found,
    victim: result?.victim ?? view.victim,
    startedAtMs: start.at,
    brokenAtMs: view.began("broken"),
    mendedAtMs: view.began("healing"),
    endedAtMs,
    outages: silences.map(({ from, to }) => ({ fromMs: from, toMs: Math.min(to ?? endedAtMs, endedAtMs) })),
    members: [...seen].map(([host, looks]) => ({ host, spans: spansOf(looks, endedAtMs) })),
  };
}

const progressOf = ({ sent, lost, longestGapMs }: DrillView["progress"]) => ({ sent, lost, longestGapMs });

/** What was seen is believed until the next look that saw something else. */
const spansOf = (
  looks: readonly { readonly at: number; readonly holds: boolean | null }[],
  endedAtMs: number,
): DrillDocument["members"][number]["spans"] =>
  looks.map(({ at, holds }, place) => ({
    fromMs: at,
    toMs: looks[place + 1]?.at ?? endedAtMs,
    state: holds === null ? "cannot be asked" : holds ? "holds" : "does not hold",
  }));
