import { get } from "node:http";

/** What a client saw while it asked a service again and again. */
export interface Watched {
  /** Longest time between two good answers, ms. */
  readonly longestGapMs: number;
  readonly requests: number;
  readonly lost: number;
}

const EVERY_MS = 50;
const DEADLINE_MS = 1000;

/** Asks a URL every 50 ms, each time over a connection of its own with a deadline of its own, until it is stopped. */
export function startWatch(url: string): { stop(): Promise<Watched> } {
  const asked: Promise<void>[] = [];
  let last = performance.now();
  let longestGapMs = 0;
  let lost = 0;
  const timer = setInterval(() => {
    const answer = ask(url).then(
      () => {
        const now = performance.now();
        longestGapMs = Math.max(longestGapMs, now - last);
        last = now;
      },
      () => {
        lost++;
      },
    );
    asked.push(answer);
  }, EVERY_MS);

  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(asked);
      return { longestGapMs: Math.max(longestGapMs, performance.now() - last), requests: asked.length, lost };
    },
  };
}

const ask = (url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: DEADLINE_MS }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on("end", resolve).on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time"))).on("error", reject);
  });
