import { performance } from "node:perf_hooks";
import { LinkLostError, type Script, type ScriptResult, type Session } from "../transport.ts";
import { type Bundle, createBundle, type Stream } from "./bundle.ts";
import { bundleProgram } from "./program.ts";
import { countSentAhead, readInput, sendBytes, sendInput } from "./send-input.ts";
import type { ShellLink } from "./shell-link.ts";
import { tokenStream } from "./token-stream.ts";
import { defaultLimits, type SessionLimits, watchdog } from "./watchdog.ts";

/** The random texts that only the controller and the host's shell know. */
export interface SessionTokens {
  /** Begins every frame. */
  readonly nonce: string;
  /** Ends what a script wrote. */
  readonly outputEnd: string;
}

/** The controller's end of a session, for whoever opened it. */
export interface ShellSession extends Session {
  /** Asks for the host's lock; resolves with the host's answer. */
  requestLock(owner: string): Promise<string>;
  /** Lets the host's shell end by itself. */
  end(): void;
}

interface Current {
  readonly bundle: Bundle;
  readonly fail: (reason: string) => void;
  readonly finish: () => void;
}

type Notify = (index: number, result: ScriptResult) => void;

/** Drives a host shell that has said hello. */
export const createShellSession = (
  host: string,
  link: ShellLink,
  tokens: SessionTokens,
  limits: SessionLimits = defaultLimits,
): ShellSession => {
  let current: Current | undefined;
  let lostBecause: string | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let answerLock: ((answer: string) => void) | undefined;

  const command = (line: string): void => {
    if (link.stdin.writable) link.stdin.write(`${line}\n`);
  };
  const heartbeat = setInterval(command, limits.heartbeatMs, "b");
  heartbeat.unref();

  const lose = (reason: string): void => {
    lostBecause ??= reason;
    clearInterval(heartbeat);
    link.destroy();
    current?.fail(lostBecause);
  };
  const orLose = (work: Promise<void>): void => {
    work.catch((error: Error) => lose(error.message));
  };

  const frame = (stream: Stream, text: string): void => {
    if (text.startsWith("l ")) answerLock?.(text.slice(2));
    else if (current) current.bundle.frame(stream, text);
    else throw new Error("the host's shell spoke out of turn");
    if (current?.bundle.finished) current.finish();
  };

  const take = (stream: Stream, piece: ReturnType<ReturnType<typeof tokenStream>>[number]): void => {
    if ("bytes" in piece) current?.bundle.data(stream, piece.bytes);
    else if (piece.token === 0) frame(stream, piece.text);
    else current?.bundle.outputEnded(stream, Number(piece.text));
  };

  const listen = (stream: Stream): void => {
    const cut = tokenStream([tokens.nonce, tokens.outputEnd]);
    link[stream].on("data", (chunk: Buffer) => {
      if (lostBecause !== undefined) return;
      try {
        for (const piece of cut(chunk)) take(stream, piece);
      } catch (error) {
        lose(error instanceof Error ? error.message : String(error));
      }
    });
  };

  const createCurrentBundle = (scripts: readonly Script[], ahead: number, onResult: Notify | undefined) => {
    const watch = watchdog(scripts, limits, command, lose);
    const bundle = createBundle(
      scripts,
      {
        ...watch,
        onStart(index) {
          watch.onStart(index);
          const input = scripts[index]!.stdin;
          if (input && index >= ahead) orLose(sendInput(link, input));
        },
        onResult(index, result) {
          if (index === bundle.latest) watch.stop();
          onResult?.(index, result);
        },
      },
      () => performance.now(),
    );
    return { bundle, watch };
  };

  const runNow = async (scripts: readonly Script[], onResult: Notify | undefined): Promise<readonly ScriptResult[]> => {
    if (scripts.length === 0) return [];
    if (lostBecause !== undefined) throw new LinkLostError(host, lostBecause, []);
    const ahead = countSentAhead(scripts);
    const program = bundleProgram(scripts, ahead);
    const { bundle, watch } = createCurrentBundle(scripts, ahead, onResult);
    try {
      await new Promise<void>((finish, reject) => {
        current = { bundle, finish, fail: (reason) => reject(new LinkLostError(host, reason, bundle.results)) };
        orLose(sendBundle(link, scripts, program, ahead));
      });
      return bundle.results;
    } finally {
      watch.stop();
      current = undefined;
    }
  };

  listen("stdout");
  listen("stderr");
  void link.closed.then(lose);

  return {
    get alive() {
      return lostBecause === undefined;
    },
    run(scripts, onResult) {
      const turn = queue.then(() => runNow(scripts, onResult));
      queue = turn.catch(() => undefined);
      return turn;
    },
    requestLock: (owner) =>
      new Promise((resolve, reject) => {
        answerLock = resolve;
        void link.closed.then((reason) => reject(new LinkLostError(host, reason, [])));
        command(`l ${owner}`);
      }),
    end() {
      clearInterval(heartbeat);
      link.stdin.end();
    },
  };
};

const sendBundle = async (
  link: ShellLink,
  scripts: readonly Script[],
  program: string,
  ahead: number,
): Promise<void> => {
  const inputs = await Promise.all(
    scripts.slice(0, ahead).map(({ stdin }) => (stdin ? readInput(stdin) : Buffer.alloc(0))),
  );
  const input = Buffer.concat(inputs);
  const header = `r ${Buffer.byteLength(program)} ${input.length} ${scripts.length}\n`;
  await sendBytes(link, Buffer.concat([Buffer.from(header + program), input]));
};
