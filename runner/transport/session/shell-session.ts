import { performance } from "node:perf_hooks";
import { LinkLostError, type Script, type ScriptResult, type Session } from "../transport.ts";
import { Bundle, type Stream } from "./bundle.ts";
import { bundleProgram } from "./program.ts";
import { countSentAhead, readInput, sendBytes, sendInput } from "./send-input.ts";
import type { ShellLink } from "./shell-link.ts";
import { type Piece, tokenStream } from "./token-stream.ts";
import { defaultLimits, type SessionLimits, watchdog } from "./watchdog.ts";

/** The random texts that only the controller and the host's shell know. */
export interface SessionTokens {
  /** Begins every frame. */
  readonly nonce: string;
  /** Ends what a script wrote. */
  readonly outputEnd: string;
}

interface Current {
  readonly bundle: Bundle;
  readonly fail: (reason: string) => void;
  readonly finish: () => void;
}

type Notify = (index: number, result: ScriptResult) => void;

/** The controller's end of a session with a host shell that has said hello. */
export class ShellSession implements Session {
  readonly #host: string;
  readonly #link: ShellLink;
  readonly #limits: SessionLimits;
  readonly #heartbeat: NodeJS.Timeout;
  #current: Current | undefined;
  #lostBecause: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #answerLock: ((answer: string) => void) | undefined;

  constructor(host: string, link: ShellLink, tokens: SessionTokens, limits: SessionLimits = defaultLimits) {
    this.#host = host;
    this.#link = link;
    this.#limits = limits;
    this.#heartbeat = setInterval(() => this.#command("b"), limits.heartbeatMs);
    this.#heartbeat.unref();
    this.#listen("stdout", tokens);
    this.#listen("stderr", tokens);
    void link.closed.then((reason) => this.#lose(reason));
  }

  get alive(): boolean {
    return this.#lostBecause === undefined;
  }

  run(scripts: readonly Script[], onResult?: Notify): Promise<readonly ScriptResult[]> {
    const turn = this.#queue.then(() => this.#runNow(scripts, onResult));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Asks for the host's lock; resolves with the host's answer. */
  requestLock(owner: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#answerLock = resolve;
      void this.#link.closed.then((reason) => reject(new LinkLostError(this.#host, reason, [])));
      this.#command(`l ${owner}`);
    });
  }

  /** Lets the host's shell end by itself. */
  end(): void {
    clearInterval(this.#heartbeat);
    this.#link.stdin.end();
  }

  async #runNow(scripts: readonly Script[], onResult: Notify | undefined): Promise<readonly ScriptResult[]> {
    if (scripts.length === 0) return [];
    if (this.#lostBecause !== undefined) throw new LinkLostError(this.#host, this.#lostBecause, []);
    const ahead = countSentAhead(scripts);
    const program = bundleProgram(scripts, ahead);
    const { bundle, stop, onSent } = this.#watchedBundle(scripts, ahead, onResult);
    try {
      await new Promise<void>((finish, reject) => {
        const fail = (reason: string): void => reject(new LinkLostError(this.#host, reason, bundle.results));
        this.#current = { bundle, finish, fail };
        onSent();
        this.#orLose(sendBundle(this.#link, scripts, program, ahead).then(onSent));
      });
      return bundle.results;
    } finally {
      stop();
      this.#current = undefined;
    }
  }

  #watchedBundle(
    scripts: readonly Script[],
    ahead: number,
    onResult: Notify | undefined,
  ): { bundle: Bundle; stop: () => void; onSent: () => void } {
    const command = (line: string): void => this.#command(line);
    const watch = watchdog(scripts, this.#limits, command, (reason) => this.#lose(reason));
    const onStart = (index: number): void => {
      watch.onStart(index);
      const input = scripts[index]!.stdin;
      if (input && index >= ahead) this.#orLose(sendInput(this.#link, input));
    };
    const bundle = new Bundle(
      scripts,
      {
        ...watch,
        onStart,
        onResult(index, result) {
          if (index === bundle.latest) watch.stop();
          onResult?.(index, result);
        },
      },
      () => performance.now(),
    );
    return { bundle, stop: watch.stop, onSent: watch.onSent };
  }

  #listen(stream: Stream, tokens: SessionTokens): void {
    const cut = tokenStream([tokens.nonce, tokens.outputEnd]);
    this.#link[stream].on("data", (chunk: Buffer) => {
      if (this.#lostBecause !== undefined) return;
      try {
        for (const piece of cut(chunk)) this.#take(stream, piece);
      } catch (error) {
        this.#lose(error instanceof Error ? error.message : String(error));
      }
    });
  }

  #take(stream: Stream, piece: Piece): void {
    if ("bytes" in piece) this.#current?.bundle.data(stream, piece.bytes);
    else if (piece.token === 0) this.#frame(stream, piece.text);
    else this.#current?.bundle.outputEnded(stream, Number(piece.text));
  }

  #frame(stream: Stream, text: string): void {
    if (text.startsWith("l ")) this.#answerLock?.(text.slice(2));
    else if (this.#current) this.#current.bundle.frame(stream, text);
    else throw new Error("the host's shell spoke out of turn");
    if (this.#current?.bundle.finished) this.#current.finish();
  }

  #command(line: string): void {
    if (this.#link.stdin.writable) this.#link.stdin.write(`${line}\n`);
  }

  #lose(reason: string): void {
    this.#lostBecause ??= reason;
    clearInterval(this.#heartbeat);
    this.#link.destroy();
    this.#current?.fail(this.#lostBecause);
  }

  #orLose(work: Promise<void>): void {
    work.catch((error: Error) => this.#lose(error.message));
  }
}

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
