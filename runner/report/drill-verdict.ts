import type { DrillState } from "./drill-state.ts";
import { measuredText } from "./drill-text.ts";
import { formatDuration } from "./duration.ts";
import type { Paint } from "./paint.ts";
import { oneLine } from "./sanitize.ts";
import { count } from "./words.ts";

/** The end of a run of drills: with more than one a line for each, then one sentence. */
export function drillVerdict({ drills, start, end }: DrillState, paint: Paint): readonly string[] {
  const done = drills.flatMap((view) => (view.result ? [{ view, result: view.result }] : []));
  const bad = done.filter(({ result }) => result.verdict !== "passed").length;
  const width = Math.max(0, ...done.map(({ view }) => view.start.title.length));
  const table = done.map(({ view, result }) => {
    const word = paint(result.verdict === "passed" ? "good" : "bad", result.verdict.toUpperCase().padEnd(11));
    return `${word} ${oneLine(view.start.title).padEnd(width)}  ${measuredText(view, result)}`;
  });
  const took = formatDuration(end?.durationMs ?? 0);
  const left = (start?.playbook.split(" ").length ?? 0) - done.length;
  const rest = left > 0 ? `, ${left} not begun` : "";
  const sentence =
    bad === 0 && left <= 0
      ? paint("good", `${count(done.length, "drill")} passed, in ${took}.`)
      : paint("bad", `${bad} of ${count(done.length, "drill")} did not pass${rest}, after ${took}.`);
  return ["", ...(done.length > 1 ? [...table, ""] : []), sentence];
}
