import type { Script, ScriptResult } from "../transport.ts";
import { type CappedBytes, cappedBytes } from "./capped-bytes.ts";

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

/** Puts the results of one bundle together from what arrives on the two streams. */
export interface Bundle {
  data(stream: Stream, bytes: Buffer): void;
  /** All that the script itself wrote to this stream has arrived. */
  outputEnded(stream: Stream, index: number): void;
  /** A line of the worker; throws when it does not make sense. */
  frame(stream: Stream, text: string): void;
  readonly results: readonly ScriptResult[];
  readonly finished: boolean;
  /** The script that began last. */
  readonly latest: number;
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

export const createBundle = (scripts: readonly Script[], events: BundleEvents, now: () => number): Bundle => {
  const results: ScriptResult[] = [];
  const running = new Map<number, Running>();
  const streams: Record<Stream, StreamState> = {
    stdout: { current: -1, open: false, finished: false },
    stderr: { current: -1, open: false, finished: false },
  };

  const runningAt = (index: number): Running => {
    const known = running.get(index);
    if (known) return known;
    const cap = scripts[index]!.capBytes;
    const output = { stdout: cappedBytes(cap), stderr: cappedBytes(cap) };
    const fresh: Running = { output, startedAt: now(), endedAt: 0, exitCode: undefined, timedOut: false };
    running.set(index, fresh);
    return fresh;
  };

  const begin = (stream: Stream, index: number): void => {
    const state = streams[stream];
    if (index !== state.current + 1 || index >= scripts.length || state.finished)
      throw new Error("scripts began out of order");
    state.current = index;
    state.open = true;
    runningAt(index);
    settle();
    if (stream === "stdout") events.onStart(index);
  };

  const exited = (index: number, code: number, timedOut: boolean): void => {
    const script = running.get(index);
    if (!script || script.exitCode !== undefined)
      throw new Error("an exit status came for a script that was not running");
    script.exitCode = code;
    script.timedOut = timedOut;
    script.endedAt = now();
    events.onEnd(index);
    reportExit(index);
  };

  const reportExit = (index: number): void => {
    const ended = running.get(index)?.exitCode !== undefined && !streams.stdout.open && !streams.stderr.open;
    if (ended && streams.stdout.current === index && streams.stderr.current === index) events.onExit(index);
  };

  const passed = (stream: Stream, index: number): boolean =>
    streams[stream].finished || streams[stream].current > index;

  const settle = (): void => {
    for (let index = results.length; passed("stdout", index) && passed("stderr", index); index += 1) {
      const script = running.get(index);
      if (!script) break;
      if (script.exitCode === undefined) throw new Error("a script ended without an exit status");
      running.delete(index);
      results.push(resultOf(script, script.exitCode));
      events.onResult(index, results[index]!);
    }
  };

  const end = (stream: Stream): void => {
    streams[stream].finished = true;
    settle();
    if (!streams.stdout.finished || !streams.stderr.finished) return;
    if (results.length < scripts.length && !stoppedEarly(scripts, results))
      throw new Error("a bundle ended before its last script");
    while (results.length < scripts.length) {
      results.push(notStarted);
      events.onResult(results.length - 1, notStarted);
    }
  };

  return {
    results,
    get latest() {
      return streams.stdout.current;
    },
    get finished() {
      return streams.stdout.finished && streams.stderr.finished;
    },
    data(stream, bytes) {
      const { current, open } = streams[stream];
      if (open) runningAt(current).output[stream].add(bytes);
    },
    outputEnded(stream, index) {
      if (streams[stream].current !== index) throw new Error("output ended out of order");
      streams[stream].open = false;
      reportExit(index);
    },
    frame(stream, text) {
      const { kind, index, code, timedOut } = parseFrame(text);
      if (kind === "s") begin(stream, index);
      else if (kind === "z") end(stream);
      else exited(index, code, timedOut);
    },
  };
};

const parseFrame = (text: string): { kind: string; index: number; code: number; timedOut: boolean } => {
  const match = /^(?:([sz]) (\d+)|(x) (\d+) (\d+) ([01]))$/.exec(text);
  if (!match)
    throw new Error(`the host's shell sent a frame that makes no sense: ${JSON.stringify(text.slice(0, 80))}`);
  return {
    kind: match[1] ?? match[3]!,
    index: Number(match[2] ?? match[4]),
    code: Number(match[5]),
    timedOut: match[6] === "1",
  };
};

const stoppedEarly = (scripts: readonly Script[], results: readonly ScriptResult[]): boolean => {
  const last = results.length - 1;
  return last >= 0 && scripts[last]!.stopOnFailure && results[last]!.exitCode !== 0;
};

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
