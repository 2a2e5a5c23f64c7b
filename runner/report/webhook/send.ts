import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, EnvHttpProxyAgent, fetch, type Response } from "undici";

export interface WebhookOptions {
  /** For all tries together, ms. */
  readonly deadlineMs: number;
  /** Before the second try, ms; twice as long before each further one. */
  readonly backoffMs: number;
}

export const webhookDefaults: WebhookOptions = { deadlineMs: 30_000, backoffMs: 500 };

const MOST_TRIES = 5;

/** How a try ended: undefined when the receiver took it. */
interface Refusal {
  readonly cause: string;
  readonly mayPass: boolean;
  /** What the receiver asks to wait, ms. */
  readonly afterMs?: number | undefined;
}

/**
 * Posts JSON; again, after a pause, when the receiver is busy, broken or not reached. Gives undefined, or why it was given
 * up. Redirects are not followed: what the run says goes only where it was sent; on the way a proxy is used that
 * HTTPS_PROXY or HTTP_PROXY names, unless NO_PROXY has the receiver.
 */
export async function postWebhook(
  url: string,
  body: string,
  options: WebhookOptions = webhookDefaults,
): Promise<string | undefined> {
  const dispatcher = new EnvHttpProxyAgent();
  try {
    return await postAgain(url, body, options, dispatcher);
  } finally {
    await dispatcher.destroy();
  }
}

async function postAgain(
  url: string,
  body: string,
  { deadlineMs, backoffMs }: WebhookOptions,
  dispatcher: Dispatcher,
): Promise<string | undefined> {
  const endsAt = performance.now() + deadlineMs;
  for (let attempt = 1; ; attempt += 1) {
    const refusal = await post(url, body, endsAt - performance.now(), dispatcher);
    if (refusal === undefined) return undefined;
    const pauseMs = refusal.afterMs ?? backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random());
    const told = `${refusal.cause} (tried ${attempt} ${attempt === 1 ? "time" : "times"})`;
    if (!refusal.mayPass || attempt === MOST_TRIES || performance.now() + pauseMs >= endsAt) return told;
    await sleep(pauseMs);
  }
}

async function post(url: string, body: string, leftMs: number, dispatcher: Dispatcher): Promise<Refusal | undefined> {
  try {
    const response = await fetch(url, {
      dispatcher,
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "ts-play" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(Math.max(1, Math.round(leftMs))),
    });
    await response.body?.cancel();
    return refusalOf(response);
  } catch (error) {
    return { cause: networkCause(error), mayPass: true };
  }
}

function refusalOf({ ok, status, headers }: Response): Refusal | undefined {
  if (ok) return undefined;
  const seconds = Number(headers.get("retry-after"));
  const afterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return { cause: `it answered with status ${status}`, mayPass: status === 429 || status >= 500, afterMs };
}

/** `fetch failed` says nothing; its cause does. */
function networkCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it did not answer in time";
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
