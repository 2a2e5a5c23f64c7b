import { request } from "node:https";

/** How a client of etcd shows who it is. */
export interface ClientTls {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** After this long the next member is tried. */
const TRY_MS = 1000;

/** Asks a member over its gateway to JSON; throws when it does not answer in time, or with an error. */
export function ask(
  endpoint: string,
  path: string,
  body: object,
  tls: ClientTls,
  withinMs = 30_000,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", ...tls, agent: false, signal: AbortSignal.timeout(withinMs) } as const;
    const call = request(`${endpoint}${path}`, options, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.on("error", reject);
      response.on("end", () =>
        response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${response.statusCode} ${text}`)),
      );
    });
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** What a writer has seen. */
export interface Written {
  readonly acknowledged: readonly string[];
  /** Writes that some member acknowledged and that are not there any more. */
  readonly lost: readonly string[];
  /** Longest time between two acknowledged writes, ms. */
  readonly longestGapMs: number;
}

/** Writes a key every 200 ms, to the next member when one does not take it, until it is stopped. */
export class Writer {
  readonly #endpoints: readonly string[];
  readonly #tls: ClientTls;
  readonly #prefix = `/written/${Date.now()}/`;
  readonly #acknowledged: string[] = [];
  #longestGapMs = 0;
  /** Writes to go; without a number, until it is stopped. */
  #left = Number.POSITIVE_INFINITY;
  readonly #done: Promise<void>;

  constructor(endpoints: readonly string[], tls: ClientTls) {
    this.#endpoints = endpoints;
    this.#tls = tls;
    this.#done = this.#write();
  }

  /** How many writes were acknowledged so far. */
  get count(): number {
    return this.#acknowledged.length;
  }

  /** Ends after ten writes more, so that a pause that the last step brings is seen. */
  async stop(): Promise<Written> {
    this.#left = 10;
    await this.#done;
    const there = await this.#keys();
    const lost = this.#acknowledged.filter((key) => !there.has(key));
    return { acknowledged: this.#acknowledged, lost, longestGapMs: this.#longestGapMs };
  }

  async #write(): Promise<void> {
    let last = performance.now();
    for (let n = 0; this.#left > 0; n++, this.#left--) {
      const key = `${this.#prefix}${n}`;
      await this.#put(key);
      this.#acknowledged.push(key);
      this.#longestGapMs = Math.max(this.#longestGapMs, performance.now() - last);
      last = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Until some member has acknowledged it. */
  async #put(key: string): Promise<void> {
    const deadline = performance.now() + 300_000;
    for (let i = 0; performance.now() < deadline; i++) {
      const endpoint = this.#endpoints[i % this.#endpoints.length]!;
      const body = { key: base64(key), value: base64("x") };
      if (
        await ask(endpoint, "/v3/kv/put", body, this.#tls, TRY_MS).then(
          () => true,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("nobody took a write for five minutes");
  }

  async #keys(): Promise<ReadonlySet<string>> {
    const end = `${this.#prefix.slice(0, -1)}0`;
    const body = { key: base64(this.#prefix), range_end: base64(end), keys_only: true };
    const { kvs = [] } = (await ask(this.#endpoints[0]!, "/v3/kv/range", body, this.#tls)) as {
      kvs?: { key: string }[];
    };
    return new Set(kvs.map(({ key }) => Buffer.from(key, "base64").toString()));
  }
}
