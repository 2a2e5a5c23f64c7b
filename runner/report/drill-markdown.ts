import type { DrillResult, Outage } from "./drill-event.ts";
import type { DrillState, DrillView } from "./drill-state.ts";
import { TIMELINE_KEY, timeline } from "./drill-timeline.ts";
import { sanitize } from "./sanitize.ts";

const WIDTH = 90;

/** A report of all drills of a run, for people who were not there. */
export function drillMarkdown({ start, drills }: DrillState): string {
  const rows = drills.map(
    ({ start: { title }, result }) => `| ${[title, ...summaryCells(result)].map(cell).join(" | ")} |`,
  );
  return [
    "# Drills",
    "",
    `Run ${start?.run ?? ""} of ${start?.startedAt ?? ""}, ts-play ${start?.version ?? ""}: \`${(start?.command ?? []).join(" ")}\``,
    "",
    "| drill | verdict | broken | longest gap | lost | taken over |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    ...drills.flatMap(section),
  ]
    .map(sanitize)
    .join("\n");
}

function summaryCells(result: DrillResult | undefined): readonly string[] {
  if (result === undefined) return ["not ended", "", "", "", ""];
  const { verdict, victim = "nothing", longestGapMs, lost, sent, newHolder, movedAfterMs } = result;
  const moved = newHolder === undefined ? "" : `by ${newHolder} after ${movedAfterMs} ms`;
  return [verdict, victim, `${longestGapMs} ms`, `${lost} of ${sent}`, moved];
}

function section(view: DrillView): readonly string[] {
  const { start, result } = view;
  const limits = Object.entries(start.limits).map(([name, value]) => `${name} ${value}`);
  return [
    `## ${start.title}`,
    "",
    start.summary,
    "",
    `- Broken: ${start.faults.join(", ")}${result?.victim === undefined ? "" : ` on ${result.victim}`}`,
    `- Client: ${start.client}`,
    `- Members: ${start.members.join(", ")}; asked who ${start.held}`,
    `- Limits: ${limits.join(", ") || "none"}`,
    ...(result ? resultLines(view, result) : []),
    "",
    ...pictureLines(view),
  ];
}

const resultLines = (view: DrillView, result: DrillResult): readonly string[] => [
  `- Verdict: **${result.verdict}**${result.restored ? "" : "; not everything is known to be mended"}`,
  ...result.objections.map((text) => `- Objection: ${text}`),
  ...result.losses.map(({ reason, count }) => `- Lost: ${count} requests, ${reason}`),
  ...(result.missing === undefined
    ? []
    : [`- Writes: ${result.missing} acknowledged and missing in the end, ${result.late} acknowledged late`]),
  ...result.outages.map((outage) => `- ${outageText(view, outage)}`),
  ...(result.twoHoldersMs ? [`- Two members held at once for at least ${result.twoHoldersMs} ms`] : []),
  ...(result.nobodyMs ? [`- No member held for at least ${result.nobodyMs} ms`] : []),
];

/** An outage is told by what came before it: the break, or the mending. */
function outageText(view: DrillView, { from, to, lost }: Outage): string {
  const mended = view.began("mending");
  const broken = view.began("broken") ?? 0;
  const [what, since] = mended !== undefined && to > mended ? ["mending began", mended] : ["break", broken];
  const begin = ((from - since) / 1000).toFixed(1);
  return `Outage: ${Math.round(to - from)} ms without a success, ${lost} lost, from ${begin} s after the ${what}`;
}

function pictureLines(view: DrillView): readonly string[] {
  const rows = timeline(view, view.endedAt ?? 0, WIDTH);
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ label }) => label.length));
  return [
    "```text",
    ...rows.map(({ label, cells }) => `${label.padEnd(width)} ${cells}`.trimEnd()),
    TIMELINE_KEY,
    "```",
    "",
  ];
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
