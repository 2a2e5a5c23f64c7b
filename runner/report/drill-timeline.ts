import type { DrillView } from "./drill-state.ts";

/** One row of a timeline: a word, and one character for each stretch of time. */
export interface TimelineRow {
  readonly label: string;
  readonly cells: string;
}

/** What the characters say. */
export const TIMELINE_KEY = "= answers  x lost  # holds  . does not hold  ? not to be asked  ! broken";

const STEPS_MS = [500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000];
/** Room for a time of the axis: `120s` and a space. */
const AXIS_CELLS = 6;

/** The drill from when its client began until `now`, in at most `width` cells; no row before that. */
export function timeline(view: DrillView, now: number, width: number): readonly TimelineRow[] {
  const from = view.began("steady");
  const until = view.endedAt ?? now;
  if (from === undefined || until <= from || width < AXIS_CELLS) return [];
  const cellMs = Math.max(100, (until - from) / width);
  const count = Math.max(1, Math.ceil((until - from) / cellMs));
  const cells = Array.from({ length: count }, (_, i) => [from + i * cellMs, from + (i + 1) * cellMs] as const);
  const row = (label: string, cell: (begin: number, end: number) => string): TimelineRow => ({
    label,
    cells: cells.map(([begin, end]) => cell(begin, end)).join(""),
  });
  const broken = view.began("broken");
  const mended = view.began("healing") ?? until;
  return [
    { label: "", cells: axis(count, cellMs) },
    row("broken", (begin, end) => (broken !== undefined && begin < mended && end > broken ? "!" : " ")),
    row("client", (begin, end) => (isSilent(view, begin, end) ? "x" : "=")),
    ...[...view.seen].map(([host, seen]) => row(host, (begin, end) => sign(seen, begin, end))),
  ];
}

const isSilent = ({ silences }: DrillView, begin: number, end: number): boolean =>
  silences.some(({ from, to }) => begin < (to ?? Number.POSITIVE_INFINITY) && end > from);

/** To hold for a part of the cell counts; what was never seen is blank. */
function sign(
  seen: readonly { readonly at: number; readonly holds: boolean | null }[],
  begin: number,
  end: number,
): string {
  const before = seen.findLast(({ at }) => at <= begin);
  const within = seen.filter(({ at }) => at > begin && at < end);
  const states = [...(before ? [before] : []), ...within].map(({ holds }) => holds);
  if (states.length === 0) return " ";
  if (states.includes(true)) return "#";
  return states.includes(null) ? "?" : ".";
}

/** Seconds from the client's start, as far apart as they can be read. */
function axis(count: number, cellMs: number): string {
  const step = STEPS_MS.find((ms) => ms / cellMs >= AXIS_CELLS) ?? STEPS_MS.at(-1)!;
  let text = "";
  for (let at = 0; at / cellMs < count; at += step) text = `${text.padEnd(Math.round(at / cellMs))}${at / 1000}s`;
  return text.slice(0, Math.max(count, AXIS_CELLS));
}
