import type { DrillEvent } from "../../runner/report/drill-event.ts";
import type { RunEvent } from "../../runner/report/event.ts";
import { runEnd, runStart } from "./events.ts";

const result = {
  ...{ verdict: "failed", objections: ["the client had no success for 3000 ms, the limit is 5 ms"], victim: "lb1" },
  ...{ restored: true, sent: 200, lost: 60, losses: [{ reason: "connection refused", count: 60 }] },
  ...{ longestGapMs: 3000, outages: [{ from: 2000, to: 5000, lost: 60 }], movedAfterMs: 3000, newHolder: "lb2" },
  ...{ answeredAfterMs: 3000, twoHoldersMs: 0, nobodyMs: 0, missing: 0, late: 7 },
} as const;

/** The holder's balancer stops, another takes over after three seconds, and the limit is a strict one. */
export const drillEvents: readonly DrillEvent[] = (
  [
    {
      ...{ type: "drill-start", at: 0, title: "stop", summary: "It stops.", client: "GET /", held: "holds it" },
      ...{ members: ["lb1", "lb2"], faults: ["stop haproxy"], limits: { maxGapMs: 5 } },
    },
    { type: "drill-phase", at: 0, phase: "steady" },
    { type: "drill-seen", at: 0, host: "lb1", holds: true },
    { type: "drill-seen", at: 0, host: "lb2", holds: false },
    { type: "drill-phase", at: 2000, phase: "broken", victim: "lb1" },
    { type: "drill-client", at: 2100, answers: false, since: 2000, reason: "connection refused" },
    { type: "drill-seen", at: 3000, host: "lb1", holds: null },
    { type: "drill-seen", at: 5000, host: "lb2", holds: true },
    { type: "drill-client", at: 5000, answers: true, since: 2000 },
    { type: "drill-phase", at: 7000, phase: "mending", victim: "lb1" },
    { type: "drill-phase", at: 8000, phase: "healing", victim: "lb1" },
    { type: "drill-seen", at: 8000, host: "lb1", holds: false },
    { type: "drill-end", at: 10_000, result },
  ] as const
).map((event) => ({ ...event, drill: 0 }) as DrillEvent);

const GOOD = { verdict: "passed", objections: [] } as const;

const start = runStart([], { plays: [], mode: "drill", playbook: "stop.ts freeze.ts", command: ["drill", "stop.ts"] });

/** One drill that failed, one that passed, one that the run left in the middle. */
export const drillsRun: readonly RunEvent[] = [
  start,
  ...drillEvents,
  ...drillEvents.map((event) => passed({ ...event, at: event.at + 10_000, drill: 1 })),
  runEnd(20_000, 3),
];

export const killedDrill: readonly RunEvent[] = [start, ...drillEvents.slice(0, 6)];

function passed(event: DrillEvent): DrillEvent {
  return event.type === "drill-end" ? { ...event, result: { ...event.result, ...GOOD } } : event;
}

/** Everything of a drill that can hold text holds this. */
export const drillOf = (text: string): readonly RunEvent[] => [
  runStart([], { plays: [], mode: "drill", playbook: text, command: [text] }),
  ...drillEvents.map((event): DrillEvent => {
    if (event.type === "drill-start")
      return { ...event, title: text, summary: text, client: text, held: text, members: [text], faults: [text] };
    if (event.type === "drill-seen") return { ...event, host: text };
    if (event.type !== "drill-end") return event;
    const losses = [{ reason: text, count: 60 }];
    return { ...event, result: { ...event.result, objections: [text], victim: text, newHolder: text, losses } };
  }),
  runEnd(20_000, 3),
];
