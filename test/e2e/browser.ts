import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A headless Chromium, spoken to over a pipe in its DevTools protocol; each message ends with a NUL. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #heard: Message[] = [];
  #rest = "";
  #last = 0;
  #session: string | undefined;

  private constructor(process: ChildProcess, profile: string) {
    this.#process = process;
    this.#profile = profile;
    (process.stdio[4] as Readable).on("data", (chunk: Buffer) => this.#read(chunk.toString()));
  }

  static async start(): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), "ts-play-chromium-"));
    const flags = ["--headless", "--no-sandbox", "--remote-debugging-pipe", `--user-data-dir=${profile}`];
    const process = spawn("chromium", flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    await once(process, "spawn");
    return new Browser(process, profile);
  }

  async close(): Promise<void> {
    const ended = once(this.#process, "exit");
    await this.#ask("Browser.close");
    await ended;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20 });
  }

  /** Opens a file of this machine in a new tab. Gives the ms until it was loaded and laid out. */
  async open(file: string, { width = 1200, height = 900, scheme = "light" } = {}): Promise<number> {
    this.#session = undefined;
    const { targetId } = await this.#ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.#ask("Target.attachToTarget", { targetId, flatten: true });
    this.#session = sessionId as string;
    this.#heard.length = 0;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await this.#ask(`${domain}.enable`);
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#ask("Emulation.setDeviceMetricsOverride", metrics);
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.#ask("Emulation.setEmulatedMedia", { features });
    const startedAt = performance.now();
    await this.#ask("Page.navigate", { url: pathToFileURL(file).href });
    await this.#hear("Page.loadEventFired");
    await this.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    return performance.now() - startedAt;
  }

  /** The value of an expression in the page; promises are waited for. Throws what it throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#ask("Runtime.evaluate", asked);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  async screenshot(file: string): Promise<void> {
    const { data } = await this.#ask("Page.captureScreenshot", { captureBeyondViewport: true });
    await writeFile(file, Buffer.from(data as string, "base64"));
  }

  /** Addresses that the page asked for. */
  get requests(): readonly string[] {
    return this.#heard.flatMap(({ method, params }) =>
      method === "Network.requestWillBeSent" ? [(params as { request: { url: string } }).request.url] : [],
    );
  }

  /** What the browser has to complain about. */
  get complaints(): readonly string[] {
    return this.#heard.flatMap(({ method, params }) =>
      method === "Log.entryAdded" || method === "Runtime.exceptionThrown" ? [JSON.stringify(params)] : [],
    );
  }

  async #hear(method: string): Promise<void> {
    while (!this.#heard.some((message) => message.method === method))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #ask(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    this.#last += 1;
    const id = this.#last;
    const sessionId = this.#session;
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result ?? {}) : reject(new Error(`${method}: ${error.message}`)),
      );
    });
  }

  #read(text: string): void {
    const parts = (this.#rest + text).split("\0");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      if (message.id === undefined) this.#heard.push({ params: {}, ...message });
      else this.#waiting.get(message.id)?.(message);
    }
  }
}
