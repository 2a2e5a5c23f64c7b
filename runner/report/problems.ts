import type { Mode, RunEvent } from "./event.ts";
import { EventPrinter } from "./event-printer.ts";
import { LiveArea, type LiveLine } from "./live-area.ts";
import type { Paint } from "./paint.ts";
import { phaseTitle } from "./phase-text.ts";
import type { Report, Sink } from "./report.ts";
import { busiest, workText } from "./running-hosts.ts";
import { sanitizeAll } from "./sanitize.ts";
import { advance, emptyState, type RunState } from "./state.ts";

const FRAME_MS = 200;
const MAX_HOSTS = 4;

export interface ProblemsOptions {
  readonly mode: Mode;
  readonly sink: Sink;
  readonly paint: Paint;
  /** The first line, for this many hosts. */
  readonly heading: (hosts: number) => string;
  /** The sink is a terminal with a person before it: how far it has come is shown, and goes away in the end. */
  readonly live: boolean;
}

/** A heading, and what goes wrong; on a terminal also how far it has come. */
export class ProblemsReport implements Report {
  readonly #options: ProblemsOptions;
  readonly #printer: EventPrinter;
  readonly #area: LiveArea;
  readonly #state: RunState = emptyState();
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;

  constructor(options: ProblemsOptions) {
    const { mode, sink, paint } = options;
    this.#options = options;
    this.#area = new LiveArea(sink, paint);
    this.#printer = new EventPrinter({ mode, verbosity: 0, diff: false, everything: false }, paint, (lines) =>
      this.#print(lines),
    );
  }

  handle(raw: RunEvent): void {
    const event = sanitizeAll(raw);
    advance(this.#state, event);
    if (event.type === "run-start") this.#start(event);
    this.#printer.handle(event);
    if (event.type === "run-end") this.#stop();
  }

  async close(): Promise<void> {
    this.#printer.flush();
    this.#stop();
    await Promise.resolve();
  }

  #print(lines: readonly string[]): void {
    if (this.#options.live) this.#area.printAbove(lines);
    else this.#options.sink.write(lines.map((line) => `${line}\n`).join(""));
  }

  #start({ at, plays }: Extract<RunEvent, { type: "run-start" }>): void {
    const hosts = new Set(plays.flatMap((play) => play.hosts)).size;
    this.#print([this.#options.paint("quiet", this.#options.heading(hosts))]);
    this.#startedAt = performance.now() - at;
    if (this.#options.live) this.#timer = setInterval(() => this.#area.draw(this.#lines()), FRAME_MS).unref();
  }

  #stop(): void {
    clearInterval(this.#timer);
    if (this.#options.live) this.#area.clear();
  }

  /** The play that is looked at, and the hosts that take longest there. */
  #lines(): readonly LiveLine[] {
    const play = this.#state.play === undefined ? undefined : this.#state.plays[this.#state.play];
    if (play === undefined) return [];
    const now = performance.now() - this.#startedAt;
    return [
      { text: phaseTitle(play, this.#options.mode, now), tone: "heading" },
      ...busiest(this.#state, MAX_HOSTS).map(
        (host): LiveLine => ({ text: `    ${host.name}  ${workText(host, now)}`, tone: "quiet" }),
      ),
    ];
  }
}
