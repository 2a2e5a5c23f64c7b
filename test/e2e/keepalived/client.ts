import { setTimeout as sleep } from "node:timers/promises";

/** A client that asks a URL every 50 ms, each time by a new connection, and notes when it had an answer. */
export class Client {
  readonly #answers: number[] = [performance.now()];
  readonly #url: string;
  #stopped = false;

  constructor(url: string) {
    this.#url = url;
    void this.#ask();
  }

  /** Stops asking; the longest time without an answer, ms. */
  stop(): number {
    this.#stopped = true;
    const times = [...this.#answers.sort((a, b) => a - b), performance.now()];
    return Math.max(...times.slice(1).map((time, at) => time - times[at]!));
  }

  async #ask(): Promise<void> {
    for (; !this.#stopped; await sleep(50)) void this.#once();
  }

  async #once(): Promise<void> {
    const signal = AbortSignal.timeout(1000);
    const response = await fetch(this.#url, { signal, headers: { connection: "close" } }).catch(() => undefined);
    if (response?.ok) this.#answers.push(performance.now());
  }
}
