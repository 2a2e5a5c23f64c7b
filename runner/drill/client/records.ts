import { randomBytes } from "node:crypto";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonPost, RecordsWatch } from "../../define/records-client.ts";
import type { Attempt, ClientFiles } from "./attempt.ts";

/** What became of all that was acknowledged. */
export interface Account {
  /** Acknowledged, but later than is right. */
  readonly late: number;
  /** Acknowledged, and not there any more. */
  readonly missing: number;
}

const READ_BACK_MS = 60_000;
const PAUSE_MS = 50;

/** Writes records, and knows which of them were acknowledged. */
export class Records {
  readonly #watch: RecordsWatch;
  readonly #files: ClientFiles;
  readonly #run = randomBytes(6).toString("hex");
  readonly #acknowledged: string[] = [];
  #written = 0;
  #late = 0;

  constructor(watch: RecordsWatch, files: ClientFiles) {
    this.#watch = watch;
    this.#files = files;
  }

  /** Each begins with another endpoint, so one that is silent delays few. */
  readonly attempt: Attempt = async () => {
    const n = this.#written++;
    const id = `${this.#run}/${String(n).padStart(6, "0")}`;
    const startedAt = performance.now();
    try {
      await this.#ask(this.#watch.write(id), n, this.#watch.deadlineMs);
    } catch (error) {
      return (error as Error).message;
    }
    this.#acknowledged.push(id);
    if (performance.now() - startedAt > this.#watch.lateMs) this.#late++;
    return undefined;
  };

  /** Reads all back, and removes them. Throws when nobody answers. */
  async account(): Promise<Account> {
    const { readBack, idsIn, remove } = this.#watch;
    const there = new Set(idsIn(await this.#ask(readBack(this.#run), 0, READ_BACK_MS)));
    await this.#ask(remove(this.#run), 0, READ_BACK_MS);
    return { late: this.#late, missing: this.#acknowledged.filter((id) => !there.has(id)).length };
  }

  /** One endpoint after the other, until one answers or the time is over. Throws what the last one said. */
  async #ask(post: JsonPost, first: number, withinMs: number): Promise<unknown> {
    const { endpoints, tryMs } = this.#watch;
    const deadline = performance.now() + withinMs;
    for (let i = first; ; i++) {
      const left = deadline - performance.now();
      try {
        return await postJson(endpoints[i % endpoints.length]!, post, this.#files, Math.min(tryMs, left));
      } catch (error) {
        if (deadline - performance.now() <= PAUSE_MS) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}

/** The answer of a status 200. Throws otherwise, and when there is none in time. */
function postJson(base: string, { path, body }: JsonPost, files: ClientFiles, withinMs: number): Promise<unknown> {
  const send = base.startsWith("https:") ? request : plainRequest;
  return new Promise((resolve, reject) => {
    const asked = send(`${base}${path}`, { method: "POST", ...files, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text += piece;
      });
      response.on("error", reject);
      response.on("end", () => {
        clearTimeout(timer);
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        else resolve(parsed(text, reject));
      });
    });
    const timer = setTimeout(() => asked.destroy(new Error("no acknowledgement in time")), Math.max(1, withinMs));
    asked.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    asked.end(JSON.stringify(body));
  });
}

function parsed(text: string, reject: (error: Error) => void): unknown {
  try {
    return JSON.parse(text);
  } catch {
    reject(new Error("an answer that is no JSON"));
    return undefined;
  }
}
