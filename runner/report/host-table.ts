import { formatDuration } from "./duration.ts";
import type { Counts, Mode, TaskState } from "./event.ts";
import type { HostTally } from "./host-tally.ts";
import type { Paint, Tone } from "./paint.ts";
import type { ReportOptions } from "./report.ts";
import { type RunState, totals } from "./state.ts";
import { count, STATE_TONES, stateWord } from "./words.ts";

const STATES: readonly TaskState[] = ["ok", "changed", "failed", "unreachable", "unknown", "skipped"];
/** Columns that narrow terminals do without while they hold nothing. */
const RARE: ReadonlySet<TaskState> = new Set(["unreachable", "unknown", "skipped"]);
const MAX_HOSTS = 30;

interface Row {
  readonly name: string;
  readonly word: string;
  readonly tone: Tone;
  readonly counts: Counts;
  readonly time: string;
}

/** A table of hosts and their tasks by state. Above 30 hosts only those that are not plain ok, with a line that counts the others. */
export function hostTable(state: RunState, { sink, mode }: ReportOptions, paint: Paint): string[] {
  const all = [...state.hosts.values()];
  const shown = all.length > MAX_HOSTS ? all.filter((host) => !isPlain(host)) : all;
  const rows = shown.map((host) => hostRow(host, mode));
  const total: Row = { name: "total", word: "", tone: "heading", counts: totals(state), time: "" };
  const width = sink.isTty ? sink.columns : Number.POSITIVE_INFINITY;
  return [...layOut([...rows, total], mode, width, paint), ...leftOut(all.length - rows.length)];
}

const isPlain = ({ state, counts }: HostTally): boolean => state === "done" && counts.changed === 0;

const leftOut = (left: number): string[] => (left === 0 ? [] : [`and ${count(left, "host")} with nothing to change`]);

function hostRow(host: HostTally, mode: Mode): Row {
  const state = host.state === undefined ? "skipped" : host.state;
  const shown = state === "done" ? (host.counts.changed > 0 ? "changed" : "ok") : state;
  return {
    name: host.name,
    word: stateWord(shown, mode),
    tone: STATE_TONES[shown],
    counts: host.counts,
    time: host.durationMs === 0 ? "-" : formatDuration(host.durationMs),
  };
}

/** Rare columns go first when the terminal is narrow; what is still too wide wraps, which loses nothing. */
function layOut(rows: readonly Row[], mode: Mode, width: number, paint: Paint): string[] {
  const full = lines(rows, STATES, mode, paint);
  if (full.width <= width) return full.text;
  const needed = STATES.filter((state) => !RARE.has(state) || rows.some(({ counts }) => counts[state] > 0));
  return lines(rows, needed, mode, paint).text;
}

function lines(rows: readonly Row[], states: readonly TaskState[], mode: Mode, paint: Paint) {
  const titles = ["host", "", ...states.map((state) => (state === "changed" ? stateWord(state, mode) : state)), "time"];
  const cells = rows.map(({ name, word, counts, time }) => [name, word, ...states.map((s) => cell(counts[s])), time]);
  const widths = titles.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const pad = (row: readonly string[]) => row.map((text, at) => align(text, widths[at] ?? 0, at));
  const heading = paint("quiet", pad(titles).join("  ").trimEnd());
  const body = cells.map((row, at) =>
    paintRow(pad(row), rows[at] as Row, states, paint)
      .join("  ")
      .trimEnd(),
  );
  return { width: widths.reduce((sum, each) => sum + each + 2, -2), text: [heading, ...body] };
}

const cell = (value: number): string => (value === 0 ? "-" : String(value));

const align = (text: string, width: number, column: number): string =>
  column < 2 ? text.padEnd(width) : text.padStart(width);

function paintRow(cells: readonly string[], row: Row, states: readonly TaskState[], paint: Paint): string[] {
  return cells.map((text, at) => {
    const state = states[at - 2];
    if (at === 1) return paint(row.tone, text);
    if (text.trim() === "-") return paint("quiet", text);
    return state === undefined ? text : paint(STATE_TONES[state], text);
  });
}
