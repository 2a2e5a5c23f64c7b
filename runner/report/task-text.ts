import { formatDuration } from "./duration.ts";
import type { Mode, ShownChange, TaskEnd } from "./event.ts";
import { failureCause, failureLines, quoted } from "./failure-text.ts";
import { hostNames } from "./host-names.ts";
import type { Paint } from "./paint.ts";
import { oneLine, sanitize } from "./sanitize.ts";
import { STATE_TONES, stateWord, wordWidth } from "./words.ts";

/** How much of a task is shown. */
export interface TaskDetail {
  readonly mode: Mode;
  readonly verbosity: number;
  readonly diff: boolean;
}

const INLINE_CHANGES = 3;
const INLINE_LENGTH = 100;

/** The end of a task on one or more hosts as lines: a heading, then what belongs to it, indented. */
export function taskLines(event: TaskEnd, hosts: readonly string[], detail: TaskDetail, paint: Paint): string[] {
  const host = hosts[0] ?? event.host;
  return [
    heading(event, hosts, detail, paint),
    ...(event.failure ? failureLines(event.failure, host, paint) : []),
    ...(detail.verbosity >= 1 ? stepLines(event, paint) : []),
    ...(inFull(detail) ? changeLines(event, detail, paint) : []),
    ...(detail.verbosity >= 2 ? quoted(event.output, host, paint) : []),
  ];
}

/** `changed lb1: haproxy/template /etc/haproxy/haproxy.cfg (mode: 0644 -> 0600)` */
function heading(event: TaskEnd, hosts: readonly string[], detail: TaskDetail, paint: Paint): string {
  const word = stateWord(event.state, detail.mode).padEnd(wordWidth(detail.mode));
  const remarks = remarksOf(event, detail)
    .map((remark) => ` ${paint("quiet", `(${remark})`)}`)
    .join("");
  const cause = event.failure ? `: ${failureCause(event.failure)}` : "";
  return `${paint(STATE_TONES[event.state], word)} ${hostNames(hosts)}: ${oneLine(event.task)}${cause}${remarks}`;
}

function remarksOf(event: TaskEnd, detail: TaskDetail): string[] {
  const remarks = event.reason === undefined ? [] : [oneLine(event.reason)];
  if (!inFull(detail) && event.changes.length > 0) remarks.push(inlineChanges(event.changes));
  if (event.tries > 1) remarks.push(`try ${event.tries}`);
  if (detail.verbosity >= 2) remarks.push(formatDuration(event.durationMs));
  return remarks;
}

const inFull = ({ diff, verbosity }: TaskDetail): boolean => diff || verbosity >= 1;

/** The first few changes in one remark; `new` when nothing of it was there. */
function inlineChanges(changes: readonly ShownChange[]): string {
  if (changes.length > 1 && changes.every(({ from }) => from === "(absent)")) return "new";
  const shown: string[] = [];
  for (const change of changes) {
    const text = changeText(change);
    const length = shown.join(", ").length + text.length;
    if (shown.length === INLINE_CHANGES || (shown.length > 0 && length > INLINE_LENGTH)) break;
    shown.push(text);
  }
  const left = changes.length - shown.length;
  return [...shown, ...(left > 0 ? [`${left} more`] : [])].join(", ");
}

const changeText = ({ attribute, from, to }: ShownChange): string =>
  `${oneLine(attribute)}: ${oneLine(from)} -> ${oneLine(to)}`;

const stepLines = (event: TaskEnd, paint: Paint): string[] =>
  event.steps.map((step) => `    ${paint("quiet", "$")} ${oneLine(step)}`);

/** What changed, an attribute a line, with diffs when they are wanted. */
export function changeLines(event: Pick<TaskEnd, "changes">, detail: TaskDetail, paint: Paint): string[] {
  return event.changes.flatMap((change) => [
    `    ${oneLine(change.attribute)}: ${paint("removed", oneLine(change.from))} -> ${paint("added", oneLine(change.to))}`,
    ...(detail.diff ? diffLines(change.diff, paint) : []),
  ]);
}

function diffLines(diff: string | undefined, paint: Paint): string[] {
  if (diff === undefined || diff === "") return [];
  return sanitize(diff)
    .split("\n")
    .map((line) => `      ${paintDiffLine(line, paint)}`);
}

function paintDiffLine(line: string, paint: Paint): string {
  if (line.startsWith("+++") || line.startsWith("---")) return paint("heading", line);
  if (line.startsWith("+")) return paint("added", line);
  if (line.startsWith("-")) return paint("removed", line);
  return line.startsWith("@@") ? paint("place", line) : line;
}
