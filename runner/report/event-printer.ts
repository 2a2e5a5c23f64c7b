import { formatDuration } from "./duration.ts";
import type { RunEvent, TaskEnd } from "./event.ts";
import { failureCause, failureLines, quoted } from "./failure-text.ts";
import { Fold } from "./fold.ts";
import { hostNames } from "./host-names.ts";
import type { Paint } from "./paint.ts";
import { oneLine, sanitize } from "./sanitize.ts";
import { type TaskDetail, taskLines } from "./task-text.ts";
import { count, STATE_TONES, stateWord, wordWidth } from "./words.ts";

type Of<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

export interface PrinterOptions extends TaskDetail {
  /** Also changes and headings of plays; without it only what went wrong. */
  readonly everything: boolean;
}

/** Turns events into lines of text, with equal results of many hosts folded into one. */
export class EventPrinter {
  readonly #options: PrinterOptions;
  readonly #paint: Paint;
  readonly #print: (lines: readonly string[]) => void;
  readonly #tasks: Fold<TaskEnd>;
  readonly #hosts: Fold<Of<"host-end">>;
  /** `play host` of failures that were already shown with their task. */
  readonly #told = new Set<string>();

  constructor(options: PrinterOptions, paint: Paint, print: (lines: readonly string[]) => void) {
    this.#options = options;
    this.#paint = paint;
    this.#print = print;
    this.#tasks = new Fold((event, hosts) => print(taskLines(event, hosts, options, paint)));
    this.#hosts = new Fold((event, hosts) => print(this.#hostEnd(event, hosts)));
  }

  handle(event: RunEvent): void {
    if (event.type === "task-end") this.#addTask(event);
    else if (event.type === "host-end") this.#addHost(event);
    else if (event.type === "note") this.#printNow(this.#note(event));
    else if (event.type === "host-retry") this.#printNow([this.#retry(event)]);
    else if (event.type === "play-start" && this.#options.everything) this.#printNow(this.#playStart(event));
    else if (event.type === "batch-start" && this.#options.everything) this.#printNow(this.#batchStart(event));
    else if (event.type === "play-end" || event.type === "run-end") this.flush();
  }

  flush(): void {
    this.#tasks.flush();
    this.#hosts.flush();
  }

  #printNow(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.flush();
    this.#print(lines);
  }

  #addTask(event: TaskEnd): void {
    if (tellsFailure(event)) this.#told.add(`${event.play} ${event.host}`);
    if (this.#isShown(event)) this.#tasks.add(this.#taskKey(event), event.host, event);
  }

  #isShown(event: TaskEnd): boolean {
    const { everything, verbosity } = this.#options;
    if (tellsFailure(event) || event.state === "failed") return true;
    if (event.state === "changed") return everything;
    return everything && verbosity >= 1;
  }

  /** Timings and outputs differ from host to host: where they are shown nothing is folded. */
  #taskKey(event: TaskEnd): string {
    const { play, task, state, changes, steps, reason, failure, tries } = event;
    const own = this.#options.verbosity >= 2 ? event.host : "";
    return JSON.stringify([play, task, state, changes, steps, reason, failure, tries, own]);
  }

  #addHost(event: Of<"host-end">): void {
    const { host, play, state, failure } = event;
    if (this.#told.has(`${play} ${host}`)) this.#timing(event);
    else if (failure !== undefined) this.#hosts.add(JSON.stringify([play, state, failure]), host, event);
    else if (state === "unreachable" || state === "unknown") this.#hosts.add(`${play} ${state}`, host, event);
    else this.#timing(event);
  }

  #timing({ host, state, durationMs, roundTrips }: Of<"host-end">): void {
    if (this.#options.verbosity < 2) return;
    const cost = `${formatDuration(durationMs)}, ${count(roundTrips, "round trip")}`;
    this.#printNow([`${this.#word(state)} ${host}: play ended (${cost})`]);
  }

  #hostEnd({ state, failure }: Of<"host-end">, hosts: readonly string[]): string[] {
    const cause = failure === undefined ? "" : `: ${failureCause(failure)}`;
    const rest = failure === undefined ? [] : failureLines(failure, hosts[0] ?? "", this.#paint);
    return [`${this.#word(state)} ${hostNames(hosts)}${cause}`, ...rest];
  }

  #word(state: Of<"host-end">["state"]): string {
    const { mode } = this.#options;
    return this.#paint(STATE_TONES[state], stateWord(state, mode).padEnd(wordWidth(mode)));
  }

  #note({ level, host, message }: Of<"note">): string[] {
    if (level === "debug" && this.#options.verbosity < 3) return [];
    const [first = "", ...rest] = sanitize(message).split("\n");
    const tone = level === "warning" ? "changed" : "quiet";
    const word = this.#paint(tone, (level === "info" ? "note" : level).padEnd(wordWidth(this.#options.mode)));
    const line = `${word} ${host === undefined ? "" : `${oneLine(host)}: `}${first}`;
    return [line, ...quoted(rest.join("\n"), host ?? "ts-play", this.#paint)];
  }

  #retry({ host, message }: Of<"host-retry">): string {
    const word = this.#paint("changed", "retry".padEnd(wordWidth(this.#options.mode)));
    return `${word} ${host}: ${oneLine(message)}`;
  }

  #playStart({ title, hosts }: Of<"play-start">): string[] {
    return ["", this.#paint("heading", `PLAY ${oneLine(title)} (${count(hosts.length, "host")})`)];
  }

  #batchStart({ batch, hosts }: Of<"batch-start">): string[] {
    return [this.#paint("quiet", `batch ${batch + 1}: ${hostNames(hosts)}`)];
  }
}

/** What an unreachable host did not do has the failure of the host, which is told once, with the host. */
const tellsFailure = ({ state, failure }: TaskEnd): boolean => failure !== undefined && state !== "unreachable";
