import { write } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sink } from "./report.ts";

/** What may wait for a slow reader, in characters; more is left out, and said so. */
const MAX_WAITING = 64_000_000;
const AGAIN_MS = 20;

/** The size of a terminal, as `process.stdout` knows it. */
export interface TerminalSize {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/**
 * A sink that writes to a file descriptor outside of the event loop. `process.stdout` blocks the whole process while a
 * terminal is paused (Ctrl-S, a slow line): keepalives and deadlines of the run would stop too. After EPIPE (`| head`)
 * it stays silent.
 */
export class FileSink implements Sink {
  readonly #fd: number;
  readonly #terminal: TerminalSize;
  #waiting: string[] = [];
  #size = 0;
  #left = 0;
  #closed = false;
  #pump: Promise<void> | undefined;

  constructor(fd: number, terminal: TerminalSize = {}) {
    this.#fd = fd;
    this.#terminal = terminal;
  }

  get isTty(): boolean {
    return this.#terminal.isTTY ?? false;
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  get rows(): number {
    return this.#terminal.rows || 24;
  }

  write(text: string): void {
    if (this.#closed || text === "") return;
    if (this.#size + text.length > MAX_WAITING) {
      this.#left += 1;
      return;
    }
    this.#waiting.push(text);
    this.#size += text.length;
    this.#pump ??= this.#writeAll();
  }

  /** Resolves when all is written, nobody reads any more, or the deadline has passed; true when all is written. */
  async flush(deadlineMs: number): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(deadlineMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#pump, late]);
    timer.abort();
    return this.#pump === undefined && !this.#closed;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closed) {
      const text = this.#waiting.join("");
      this.#waiting = [];
      await this.#writeText(Buffer.from(text));
      this.#size -= text.length;
      this.#tellLeft();
    }
    this.#pump = undefined;
  }

  async #writeText(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length && !this.#closed; ) {
      const result = await writeSome(this.#fd, bytes, done);
      if (typeof result === "number") done += result;
      else if (result === "EAGAIN") await sleep(AGAIN_MS);
      else this.#closed = true;
    }
  }

  #tellLeft(): void {
    if (this.#left === 0) return;
    const text = `\n... ${this.#left} pieces of output were left out: the reader is too slow\n`;
    this.#left = 0;
    this.write(text);
  }
}

/** The number of bytes written, or the code of the error. */
const writeSome = (fd: number, bytes: Buffer, from: number): Promise<number | string> =>
  new Promise((resolve) => {
    write(fd, bytes, from, bytes.length - from, null, (error, written) =>
      resolve(error ? (error.code ?? "EIO") : written),
    );
  });
