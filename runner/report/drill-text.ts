import type { DrillEvent, DrillResult } from "./drill-event.ts";
import type { DrillView } from "./drill-state.ts";
import { TIMELINE_KEY, timeline } from "./drill-timeline.ts";
import type { Paint, Tone } from "./paint.ts";
import { oneLine } from "./sanitize.ts";

/** What is said of a drill as it begins. */
export const drillHeading = ({ start }: DrillView, paint: Paint): readonly string[] => [
  "",
  paint("heading", `DRILL ${oneLine(start.title)}: ${oneLine(start.summary)}`),
  paint("quiet", `client: ${oneLine(start.client)}; asked of ${start.members.join(", ")}: who ${oneLine(start.held)}`),
];

/** One event as a line; undefined when it is not worth one. */
export function drillLine(event: DrillEvent, view: DrillView, paint: Paint): string | undefined {
  const said = sentence(event, view);
  if (said === undefined) return undefined;
  const [tone, text] = said;
  return `${paint("quiet", clock(event.at - view.start.at))} ${tone === undefined ? text : paint(tone, text)}`;
}

type Said = readonly [Tone | undefined, string] | undefined;

function sentence(event: DrillEvent, view: DrillView): Said {
  const { held, faults } = view.start;
  if (event.type === "drill-phase") {
    if (event.phase === "broken") return ["changed", `${event.victim}: ${faults.join(", ")}`];
    if (event.phase === "mending") return ["changed", `${event.victim}: mend`];
    return event.phase === "healing" ? ["good", `${event.victim}: mended`] : undefined;
  }
  if (event.type === "drill-client") {
    return event.answers
      ? ["good", `client: answers again, after ${Math.round(event.at - event.since)} ms`]
      : ["bad", `client: ${oneLine(event.reason ?? "no answer")}`];
  }
  if (event.type !== "drill-seen") return undefined;
  if (event.holds === null) return ["unsure", `${event.host}: cannot be asked`];
  const before = view.seen.get(event.host)?.findLast(({ at }) => at < event.at);
  if (event.holds) return [undefined, `${event.host}: ${oneLine(held)}`];
  return before === undefined ? undefined : [undefined, `${event.host}: no longer ${oneLine(held)}`];
}

const TONES: Readonly<Record<DrillResult["verdict"], Tone>> = {
  passed: "good",
  failed: "bad",
  refused: "bad",
  interrupted: "unsure",
};

/** How a drill ended, with its timeline; `width` is that of the terminal. */
export function drillEndLines(view: DrillView, width: number, paint: Paint): readonly string[] {
  const { result } = view;
  if (result === undefined) return [];
  const word = paint(TONES[result.verdict], result.verdict.toUpperCase());
  return [
    "",
    ...timelineLines(view, view.endedAt ?? 0, width, paint),
    `${word} ${oneLine(view.start.title)}: ${measuredText(view, result)}`,
    ...result.objections.map((text) => `  ${paint("bad", oneLine(text))}`),
    ...(result.restored ? [] : [`  ${paint("bad", `${result.victim}: not everything is known to be mended`)}`]),
  ];
}

export function timelineLines(view: DrillView, now: number, width: number, paint: Paint): readonly string[] {
  const labelWidth = Math.max(6, ...view.start.members.map(({ length }) => length));
  const rows = timeline(view, now, Math.min(100, width - labelWidth - 5));
  if (rows.length === 0) return [];
  const lines = rows.map(({ label, cells }) => `  ${paint("quiet", label.padEnd(labelWidth))} ${cells}`.trimEnd());
  return [...lines, `  ${" ".repeat(labelWidth)} ${paint("quiet", TIMELINE_KEY)}`];
}

/** `longest gap 3204 ms (limit 5000), 12 of 410 requests lost, lb2 took over after 2.9 s`. */
export function measuredText({ start }: DrillView, result: DrillResult): string {
  if (result.verdict === "refused") return "nothing was broken";
  const { maxGapMs } = start.limits;
  const parts = [
    `longest gap ${result.longestGapMs} ms${maxGapMs === undefined ? "" : ` (limit ${maxGapMs})`}`,
    `${result.lost} of ${result.sent} requests lost`,
    result.missing === undefined ? "" : `${result.missing} acknowledged and missing, ${result.late} late`,
    result.newHolder === undefined ? "" : `${result.newHolder} took over after ${result.movedAfterMs} ms`,
    result.twoHoldersMs === 0 ? "" : `two held for at least ${result.twoHoldersMs} ms`,
    result.nobodyMs === 0 ? "" : `nobody held for at least ${result.nobodyMs} ms`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** Seconds since the drill began, to a tenth. */
const clock = (ms: number): string => `${(ms / 1000).toFixed(1)}s`.padStart(7);
