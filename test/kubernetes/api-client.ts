import { request } from "node:https";

/** Where and as whom a client calls, from a kubeconfig. */
export interface Access {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Reads what kubeadm writes into admin.conf. `host` is called instead of the name in it, which this machine does not know. */
export function accessIn(kubeconfig: string, host: string): Access {
  const field = (name: string) =>
    Buffer.from(new RegExp(`${name}: (\\S+)`).exec(kubeconfig)?.[1] ?? "", "base64").toString();
  const port = Number(/server: https:\/\/[^\s]+:(\d+)/.exec(kubeconfig)?.[1]);
  return {
    host,
    port,
    ca: field("certificate-authority-data"),
    cert: field("client-certificate-data"),
    key: field("client-key-data"),
  };
}

const TRY_MS = 1000;

/** Lists nodes over a connection of its own. Rejects when that has not succeeded in a second. */
export function listNodes({ host, port, ...tls }: Access): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      path: "/api/v1/nodes",
      ...tls,
      agent: false,
      signal: AbortSignal.timeout(TRY_MS),
    } as const;
    const call = request(options, (response) => {
      response.on("data", () => undefined);
      response.on("error", reject);
      response.on("end", () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
    });
    call.on("error", reject);
    call.end();
  });
}

export interface Heard {
  readonly answers: number;
  readonly failures: number;
  /** Longest time between the ends of two good answers, ms. */
  readonly longestGapMs: number;
}

/** Lists nodes through the endpoint every 200 ms until it is stopped. */
export class ApiClient {
  readonly #access: Access;
  #answers = 0;
  #failures = 0;
  #longestGapMs = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(access: Access) {
    this.#access = access;
    this.#done = this.#ask();
  }

  async stop(): Promise<Heard> {
    this.#stopped = true;
    await this.#done;
    return { answers: this.#answers, failures: this.#failures, longestGapMs: Math.round(this.#longestGapMs) };
  }

  async #ask(): Promise<void> {
    let last = performance.now();
    while (!this.#stopped) {
      const good = await listNodes(this.#access).then(
        () => true,
        () => false,
      );
      if (good) {
        this.#answers++;
        this.#longestGapMs = Math.max(this.#longestGapMs, performance.now() - last);
        last = performance.now();
      } else this.#failures++;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    this.#longestGapMs = Math.max(this.#longestGapMs, performance.now() - last);
  }
}
