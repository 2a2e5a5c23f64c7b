import type { TaskEnd, TaskState } from "../report/event.ts";
import { sanitize } from "../report/sanitize.ts";

const SENTENCE: Readonly<Record<TaskState, string>> = {
  ok: "is as wanted: nothing would be done",
  changed: "would change",
  failed: "cannot be brought to the wanted state",
  unreachable: "is not known: the host was not reached",
  unknown: "is not known: the link was lost",
  skipped: "is left out",
};

/** What a task wants on a host now, attribute by attribute. */
export function explainTask({ host, task, state, reason, changes, steps, failure }: TaskEnd, play: string): string {
  const lines = [
    `${host}: ${task} ${SENTENCE[state]}${reason === undefined ? "" : ` (${reason})`}`,
    `  play: ${play}`,
    ...changes.map(({ attribute, from, to }) => `  ${attribute}: ${from} -> ${to}`),
    ...changes.flatMap(({ diff }) => (diff === undefined ? [] : diff.split("\n").map((line) => `  ${line}`))),
    ...steps.map((step) => `  would do: ${step}`),
    ...(failure
      ? [`  because: ${failure.message}`, ...(failure.fix === undefined ? [] : [`  fix: ${failure.fix}`])]
      : []),
  ];
  return sanitize(lines.join("\n"));
}
