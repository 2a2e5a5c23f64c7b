import { DrillState, type DrillView } from "./drill-state.ts";
import { drillEndLines, drillHeading, drillLine } from "./drill-text.ts";
import { drillVerdict } from "./drill-verdict.ts";
import type { RunEvent } from "./event.ts";
import { makePaint, type Paint } from "./paint.ts";
import type { Report, ReportOptions } from "./report.ts";
import { oneLine, sanitizeAll } from "./sanitize.ts";

/** What a drill's report prints for an event; all of it stays. */
export function drillEventLines(event: RunEvent, state: DrillState, width: number, paint: Paint): readonly string[] {
  if (event.type === "run-start") return [paint("quiet", `${oneLine(event.playbook)}, run ${event.run}`)];
  if (event.type === "note") return [`${paint("changed", event.level)} ${oneLine(event.message)}`];
  if (event.type === "run-end") return drillVerdict(state, paint);
  const view = "drill" in event ? state.drills[event.drill] : undefined;
  return view === undefined || !("drill" in event) ? [] : linesOf(event, view, width, paint);
}

function linesOf(
  event: Extract<RunEvent, { drill: number }>,
  view: DrillView,
  width: number,
  paint: Paint,
): readonly string[] {
  if (event.type === "drill-start") return drillHeading(view, paint);
  if (event.type === "drill-end") return drillEndLines(view, width, paint);
  const line = drillLine(event, view, paint);
  return line === undefined ? [] : [line];
}

/** Drills as lines that stay: for logs, pipes and CI. */
export class DrillLinesReport implements Report {
  readonly #options: ReportOptions;
  readonly #paint: Paint;
  readonly #state = new DrillState();

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#paint = makePaint(options.color);
  }

  handle(raw: RunEvent): void {
    const event = sanitizeAll(raw);
    this.#state.advance(event);
    const lines = drillEventLines(event, this.#state, this.#options.sink.columns, this.#paint);
    if (lines.length > 0) this.#options.sink.write(`${lines.join("\n")}\n`);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}
