import type { Mode, RunEvent } from "./event.ts";
import { EventPrinter } from "./event-printer.ts";
import { LiveArea } from "./live-area.ts";
import { makePaint, type Paint } from "./paint.ts";
import type { PhaseList } from "./phase-list.ts";
import { phaseResult, phaseTitle, screenLines } from "./phase-text.ts";
import type { Report, ReportOptions } from "./report.ts";
import { runHeading } from "./run-heading.ts";
import { busiest, workText } from "./running-hosts.ts";
import { sanitizeAll } from "./sanitize.ts";
import { advance, emptyState, placeOf, type RunState } from "./state.ts";
import { summaryLines } from "./summary.ts";

const MAX_HOSTS = 8;

/** The live view: one line per play, the hosts that work longest, and above it what went wrong, which stays. */
export class TreeReport implements Report {
  readonly #options: ReportOptions;
  readonly #mode: Mode;
  readonly #paint: Paint;
  readonly #area: LiveArea;
  readonly #printer: EventPrinter;
  readonly #state: RunState = emptyState();
  #phases: PhaseList | undefined;
  #opening: Promise<void> | undefined;
  #startedAt = 0;

  constructor(options: ReportOptions) {
    const { mode, diff, verbosity, sink } = options;
    this.#options = options;
    this.#mode = mode;
    this.#paint = makePaint(options.color);
    this.#area = new LiveArea(sink, this.#paint);
    const everything = mode === "check" || diff || verbosity >= 1;
    this.#printer = new EventPrinter({ mode, diff, verbosity, everything }, this.#paint, (lines) =>
      this.#area.printAbove(lines),
    );
  }

  handle(raw: RunEvent): void {
    const event = sanitizeAll(raw);
    advance(this.#state, event);
    this.#printer.handle(event);
    if (event.type === "run-start") this.#start(event);
    if (event.type === "play-start") this.#phases?.finish(placeOf(this.#state, event.play) - 1);
    if (event.type === "play-end") this.#endPlay(placeOf(this.#state, event.play));
    if (event.type === "run-end") this.#end();
  }

  async close(): Promise<void> {
    this.#printer.flush();
    await this.#opening;
    await this.#phases?.close();
    this.#area.clear();
  }

  #start(event: Extract<RunEvent, { type: "run-start" }>): void {
    this.#startedAt = performance.now() - event.at;
    this.#area.printAbove([this.#paint("quiet", runHeading(event))]);
    this.#opening = this.#open(event.plays.map(({ title }) => title));
  }

  /** listr2 is loaded here, since only this view needs it and loading takes time. */
  async #open(titles: readonly string[]): Promise<void> {
    const { PhaseList } = await import("./phase-list.ts");
    if (this.#state.end !== undefined) return;
    this.#phases = new PhaseList(titles, {
      refresh: () => this.#refresh(),
      draw: (phases) => this.#area.draw(screenLines(phases)),
    });
    this.#phases.finish((this.#state.play ?? 0) - 1);
  }

  #refresh(): void {
    const index = this.#state.play;
    const play = index === undefined ? undefined : this.#state.plays[index];
    if (index === undefined || play === undefined) return;
    const now = performance.now() - this.#startedAt;
    const hosts = busiest(this.#state, MAX_HOSTS);
    const width = Math.max(0, ...hosts.map(({ name }) => name.length));
    const output = hosts.map((host) => `${host.name.padEnd(width)}  ${workText(host, now)}`).join("\n");
    this.#phases?.update(index, phaseTitle(play, this.#mode, now), output);
  }

  #endPlay(index: number): void {
    this.#phases?.finish(index);
    const play = this.#state.plays[index];
    if (play === undefined) return;
    this.#area.clear();
    this.#area.printAbove([phaseResult(play, this.#mode, this.#paint)]);
  }

  #end(): void {
    this.#area.clear();
    const open = this.#state.plays.filter(({ endedAt }) => endedAt === undefined);
    this.#area.printAbove([
      ...open.map((play) => phaseResult(play, this.#mode, this.#paint)),
      ...summaryLines(this.#state, this.#options),
    ]);
    void this.#phases?.close();
  }
}
