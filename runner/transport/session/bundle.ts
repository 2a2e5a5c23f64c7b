import type { Script, ScriptResult } from "../transport.ts";
import { type CappedBytes, cappedBytes } from "./capped-bytes.ts";
import { parseFrame } from "./worker-frame.ts";

/** What a bundle tells its session while it runs. */
export interface BundleEvents {
  /** The script has begun on the host. */
  onStart(index: number): void;
  /** The script's own process has ended; its output may still be on the way. */
  onEnd(index: number): void;
  /** The script's own process has ended and all it wrote has arrived, but something it left behind may hold its output open. */
  onExit(index: number): void;
  onResult(index: number, result: ScriptResult): void;
}

export type Stream = "stdout" | "stderr";

interface Running {
  readonly output: Record<Stream, CappedBytes>;
  readonly startedAt: number;
  exitCode: number | undefined;
  endedAt: number;
  timedOut: boolean;
}

interface StreamState {
  /** The script whose output is arriving; -1 before the first. */
  current: number;
  open: boolean;
  finished: boolean;
}

const notStarted: ScriptResult = {
  exitCode: undefined,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  droppedBytes: 0,
  timedOut: false,
  durationMs: 0,
};

/** Puts the results of one bundle together from what arrives on the two streams; throws when that makes no sense. */
export class Bundle {
  readonly results: ScriptResult[] = [];
  readonly #scripts: readonly Script[];
  readonly #events: BundleEvents;
  readonly #now: () => number;
  readonly #running = new Map<number, Running>();
  readonly #streams: Record<Stream, StreamState> = {
    stdout: { current: -1, open: false, finished: false },
    stderr: { current: -1, open: false, finished: false },
  };

  /** `now` is a monotonic clock in milliseconds. */
  constructor(scripts: readonly Script[], events: BundleEvents, now: () => number) {
    this.#scripts = scripts;
    this.#events = events;
    this.#now = now;
  }

  get finished(): boolean {
    return this.#streams.stdout.finished && this.#streams.stderr.finished;
  }

  /** The script that began last. */
  get latest(): number {
    return this.#streams.stdout.current;
  }

  data(stream: Stream, bytes: Buffer): void {
    const { current, open } = this.#streams[stream];
    if (!open) return;
    this.#runningAt(current).output[stream].add(bytes);
    this.#scripts[current]!.onOutput?.(stream, bytes);
  }

  /** All that the script itself wrote to this stream has arrived. */
  outputEnded(stream: Stream, index: number): void {
    if (this.#streams[stream].current !== index) throw new Error("output ended out of order");
    this.#streams[stream].open = false;
    this.#reportExit(index);
  }

  /** Takes a line of the worker. */
  frame(stream: Stream, text: string): void {
    const frame = parseFrame(text);
    if (frame.kind === "begin") this.#begin(stream, frame.index);
    else if (frame.kind === "exit") this.#exited(frame.index, frame.code, frame.timedOut);
    else this.#end(stream);
  }

  #runningAt(index: number): Running {
    const known = this.#running.get(index);
    if (known) return known;
    const cap = this.#scripts[index]!.capBytes;
    const output = { stdout: cappedBytes(cap), stderr: cappedBytes(cap) };
    const fresh: Running = { output, startedAt: this.#now(), endedAt: 0, exitCode: undefined, timedOut: false };
    this.#running.set(index, fresh);
    return fresh;
  }

  #begin(stream: Stream, index: number): void {
    const state = this.#streams[stream];
    const next = index === state.current + 1 && index < this.#scripts.length;
    if (!next || state.finished) throw new Error("scripts began out of order");
    state.current = index;
    state.open = true;
    this.#runningAt(index);
    this.#settle();
    if (stream === "stdout") this.#events.onStart(index);
  }

  #exited(index: number, code: number, timedOut: boolean): void {
    const script = this.#running.get(index);
    if (!script || script.exitCode !== undefined)
      throw new Error("an exit status came for a script that was not running");
    script.exitCode = code;
    script.timedOut = timedOut;
    script.endedAt = this.#now();
    this.#events.onEnd(index);
    this.#reportExit(index);
  }

  #reportExit(index: number): void {
    const { stdout, stderr } = this.#streams;
    const silent = [stdout, stderr].every(({ current, open }) => current === index && !open);
    if (silent && this.#running.get(index)?.exitCode !== undefined) this.#events.onExit(index);
  }

  /** A result is complete when both streams have gone past its script. */
  #settle(): void {
    const passed = (index: number): boolean =>
      [this.#streams.stdout, this.#streams.stderr].every(({ current, finished }) => finished || current > index);
    for (let index = this.results.length; passed(index); index += 1) {
      const script = this.#running.get(index);
      if (!script) break;
      if (script.exitCode === undefined) throw new Error("a script ended without an exit status");
      this.#running.delete(index);
      this.#report(resultOf(script, script.exitCode));
    }
  }

  #end(stream: Stream): void {
    this.#streams[stream].finished = true;
    this.#settle();
    if (!this.finished) return;
    if (this.results.length < this.#scripts.length && !this.#stoppedEarly())
      throw new Error("a bundle ended before its last script");
    while (this.results.length < this.#scripts.length) this.#report(notStarted);
  }

  #stoppedEarly(): boolean {
    const last = this.results.length - 1;
    return last >= 0 && this.#scripts[last]!.stopOnFailure && this.results[last]!.exitCode !== 0;
  }

  #report(result: ScriptResult): void {
    this.results.push(result);
    this.#events.onResult(this.results.length - 1, result);
  }
}

const resultOf = ({ output, startedAt, endedAt, timedOut }: Running, exitCode: number): ScriptResult => {
  const stdout = output.stdout.take();
  const stderr = output.stderr.take();
  return {
    exitCode,
    stdout: stdout.bytes,
    stderr: stderr.bytes,
    droppedBytes: stdout.droppedBytes + stderr.droppedBytes,
    timedOut,
    durationMs: endedAt - startedAt,
  };
};
