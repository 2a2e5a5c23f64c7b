import { drillEventLines } from "./drill-lines.ts";
import { DrillState, type DrillView } from "./drill-state.ts";
import { timelineLines } from "./drill-text.ts";
import { formatClock } from "./duration.ts";
import type { RunEvent } from "./event.ts";
import { LiveArea, type LiveLine } from "./live-area.ts";
import { makePaint, type Paint } from "./paint.ts";
import type { Report, ReportOptions } from "./report.ts";
import { oneLine, sanitizeAll } from "./sanitize.ts";

const FRAME_MS = 200;

const DOING = {
  looking: "looking whether all is well",
  steady: "watching before anything is broken",
  broken: "broken; watching",
  mending: "mending",
  healing: "mended; waiting until all is well",
} as const;

/** Drills live: what happened stays above, the timeline grows below. */
export class DrillTreeReport implements Report {
  readonly #options: ReportOptions;
  readonly #paint: Paint;
  readonly #area: LiveArea;
  readonly #state = new DrillState();
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#paint = makePaint(options.color);
    this.#area = new LiveArea(options.sink, this.#paint);
  }

  handle(raw: RunEvent): void {
    const event = sanitizeAll(raw);
    this.#state.advance(event);
    if (event.type === "run-start") this.#begin(event.at);
    if (event.type === "drill-end" || event.type === "run-end") this.#area.clear();
    if (event.type === "run-end") clearInterval(this.#timer);
    this.#area.printAbove([...drillEventLines(event, this.#state, this.#options.sink.columns, this.#paint)]);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#area.clear();
    await Promise.resolve();
  }

  #begin(at: number): void {
    this.#startedAt = performance.now() - at;
    this.#timer = setInterval(() => this.#draw(), FRAME_MS).unref();
  }

  #draw(): void {
    const view = this.#state.drills.at(-1);
    if (view === undefined || view.result !== undefined) return;
    const now = performance.now() - this.#startedAt;
    const plain = makePaint(false);
    const lines = timelineLines(view, now, this.#options.sink.columns, plain).map((text): LiveLine => ({ text }));
    this.#area.draw([{ text: "" }, ...lines, { text: statusText(view, now), tone: "heading" }]);
  }
}

/** `broken; watching  00:07  sent 140, lost 31, longest gap 1630 ms`. */
function statusText({ start, phases, victim, progress }: DrillView, now: number): string {
  const phase = phases.at(-1)?.phase ?? "looking";
  const who = victim === undefined || phase === "looking" ? "" : `${oneLine(victim)} `;
  const { sent, lost, longestGapMs } = progress;
  const counts = sent === 0 ? "" : `  sent ${sent}, lost ${lost}, longest gap ${longestGapMs} ms`;
  return `${who}${DOING[phase]}  ${formatClock(now - start.at)}${counts}`;
}
