import { ExitCode } from "../errors.ts";
import { formatDuration } from "./duration.ts";
import type { Mode } from "./event.ts";
import { hostTable } from "./host-table.ts";
import { nextSteps } from "./next-steps.ts";
import { makePaint, type Paint, type Tone } from "./paint.ts";
import type { ReportOptions } from "./report.ts";
import { oneLine } from "./sanitize.ts";
import { type RunState, type SlowTask, totals } from "./state.ts";
import { count } from "./words.ts";

/** The end of a run for people: a table of hosts, the slowest tasks with `-v`, one sentence, what to do next. */
export function summaryLines(state: RunState, options: ReportOptions): string[] {
  const paint = makePaint(options.color);
  return [
    "",
    ...hostTable(state, options, paint),
    ...(options.verbosity >= 1 ? slowestLines(state.slowest, paint) : []),
    "",
    verdict(state, options, paint),
    ...nextSteps(state),
  ];
}

function slowestLines(slowest: readonly SlowTask[], paint: Paint): string[] {
  if (slowest.length === 0) return [];
  const lines = slowest.map(
    ({ host, task, durationMs }) => `  ${formatDuration(durationMs).padStart(7)}  ${host}: ${oneLine(task)}`,
  );
  return ["", paint("heading", "Slowest tasks"), ...lines];
}

/** One sentence that is true: what changed, and whether all of it worked. */
function verdict(state: RunState, { mode }: ReportOptions, paint: Paint): string {
  const [tone, text] = judge(state, mode);
  const message = state.end?.message === undefined ? "" : ` ${oneLine(state.end.message)}`;
  return `${paint(tone, text)}${message}`;
}

function judge(state: RunState, mode: Mode): [Tone, string] {
  const { ok, changed } = totals(state);
  const took = formatDuration(state.end?.durationMs ?? state.at);
  if (isTroubled(state)) return ["bad", `${trouble(state)}, after ${took}.`];
  if (endedEarly(state)) return ["bad", `The run ended early, after ${took}.`];
  if (changed === 0)
    return ["good", `Nothing to change. ${count(ok, "task")} on ${count(state.hosts.size, "host")} in ${took}.`];
  const would = mode === "check" ? "would change" : "changed";
  return ["changed", `${count(changed, "task")} ${would}, ${ok} already right, in ${took}.`];
}

const endedEarly = ({ end }: RunState): boolean =>
  end !== undefined && end.exitCode !== ExitCode.done && end.exitCode !== ExitCode.changesFound;

const BAD = ["failed", "unreachable", "unknown"] as const;

const isTroubled = (state: RunState): boolean =>
  [...state.hosts.values()].some((host) => BAD.some((bad) => bad === host.state));

/** `1 host failed, 2 unreachable` */
function trouble(state: RunState): string {
  const states = [...state.hosts.values()].map((host) => host.state);
  const parts = BAD.map((bad) => ({ bad, hosts: states.filter((each) => each === bad).length }));
  const [first, ...rest] = parts.filter(({ hosts }) => hosts > 0);
  if (first === undefined) return "";
  const noun = first.hosts === 1 ? "host" : "hosts";
  return [`${first.hosts} ${noun} ${first.bad}`, ...rest.map(({ bad, hosts }) => `${hosts} ${bad}`)].join(", ");
}
