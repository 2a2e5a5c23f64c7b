import { formatClock, formatDuration } from "./duration.ts";
import type { Mode, RunEvent } from "./event.ts";
import { EventPrinter } from "./event-printer.ts";
import { makePaint, type Paint } from "./paint.ts";
import type { PlayTally } from "./play-tally.ts";
import type { Report, ReportOptions } from "./report.ts";
import { runHeading } from "./run-heading.ts";
import { busiest, workText } from "./running-hosts.ts";
import { sanitizeAll } from "./sanitize.ts";
import { advance, emptyState, placeOf, type RunState } from "./state.ts";
import { summaryLines } from "./summary.ts";
import { count } from "./words.ts";

/** A log that has been silent this long makes people, and CI systems, think that the run hangs. */
const HEARTBEAT_MS = 30_000;

/** The run as lines that stay: for logs, pipes and CI, and for people who like them. */
export class LinesReport implements Report {
  readonly #options: ReportOptions;
  readonly #paint: Paint;
  readonly #printer: EventPrinter;
  readonly #state: RunState = emptyState();
  #heartbeat: NodeJS.Timeout | undefined;
  #startedAt = 0;

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#paint = makePaint(options.color);
    const print = (lines: readonly string[]) => this.#print(lines);
    this.#printer = new EventPrinter({ ...options, everything: true }, this.#paint, print);
  }

  handle(raw: RunEvent): void {
    const event = sanitizeAll(raw);
    advance(this.#state, event);
    this.#printer.handle(event);
    if (event.type === "run-start") this.#start(event);
    if (event.type === "play-end") this.#print(this.#playEnd(placeOf(this.#state, event.play)));
    if (event.type === "run-end") this.#end();
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#printer.flush();
    await Promise.resolve();
  }

  #start(event: Extract<RunEvent, { type: "run-start" }>): void {
    this.#startedAt = performance.now() - event.at;
    this.#print([this.#paint("quiet", runHeading(event))]);
  }

  #end(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#write(summaryLines(this.#state, this.#options));
  }

  #print(lines: readonly string[]): void {
    this.#write(lines);
    clearInterval(this.#heartbeat);
    if (this.#state.end !== undefined) return;
    this.#heartbeat = setInterval(() => this.#write([this.#aliveLine()]), HEARTBEAT_MS).unref();
  }

  #write(lines: readonly string[]): void {
    if (lines.length > 0) this.#options.sink.write(`${lines.join("\n")}\n`);
  }

  #playEnd(index: number): string[] {
    const play = this.#state.plays[index];
    return play === undefined ? [] : [this.#paint("quiet", playEndText(play, this.#options.mode))];
  }

  #aliveLine(): string {
    const now = performance.now() - this.#startedAt;
    const play = this.#state.plays[this.#state.play ?? -1];
    const hosts = busiest(this.#state, 3).map((host) => `${host.name} ${workText(host, now)}`);
    const place = play === undefined ? "" : ` ${play.title}, ${play.done}/${count(play.size, "host")} done`;
    const work = hosts.length === 0 ? "" : `; longest: ${hosts.join("; ")}`;
    return this.#paint("quiet", `[${formatClock(now)}] still at work:${place}${work}`);
  }
}

/** `3/3 hosts done in 4.2s: 31 tasks ok, 6 changed` */
function playEndText({ size, failed, tasks, startedAt, endedAt }: PlayTally, mode: Mode): string {
  const changed = mode === "check" ? "would change" : "changed";
  const rest = (["failed", "unreachable", "unknown", "skipped"] as const).filter((state) => tasks[state] > 0);
  const counts = [
    `${count(tasks.ok, "task")} ok`,
    `${tasks.changed} ${changed}`,
    ...rest.map((state) => `${tasks[state]} ${state}`),
  ];
  return `${size - failed.size}/${count(size, "host")} done in ${formatDuration((endedAt ?? 0) - (startedAt ?? 0))}: ${counts.join(", ")}`;
}
