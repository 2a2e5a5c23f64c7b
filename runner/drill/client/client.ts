import { readFile } from "node:fs/promises";
import type { Watch } from "../../define/watch.ts";
import { InputError } from "../../errors.ts";
import type { ClientRequest } from "../client-ledger.ts";
import { type Attempt, attemptOf, type ClientFiles } from "./attempt.ts";

/** More than this at once is a client that overruns itself; it waits then. */
const MAX_UNDER_WAY = 500;

/** A client at work. */
export interface Client {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Makes a client ready: `start` sets it to work, and `ended` hears of each request. Throws InputError when its files cannot be read. */
export async function prepareClient(
  watch: Watch,
): Promise<(now: () => number, ended: (request: ClientRequest) => void) => Client> {
  const attempt = attemptOf(watch, await filesOf(watch));
  return (now, ended) => startClient(attempt, watch.everyMs, now, ended);
}

function startClient(
  attempt: Attempt,
  everyMs: number,
  now: () => number,
  ended: (request: ClientRequest) => void,
): Client {
  const underWay = new Set<Promise<void>>();
  const tick = () => {
    if (underWay.size >= MAX_UNDER_WAY) return;
    const startedAt = now();
    const one = attempt()
      .then((loss) => ended({ startedAt, endedAt: now(), loss }))
      .finally(() => underWay.delete(one));
    underWay.add(one);
  };
  const timer = setInterval(tick, everyMs);
  tick();
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

async function filesOf(watch: Watch): Promise<ClientFiles> {
  if (watch.kind === "tcp") return {};
  const [ca, cert, key] = await Promise.all([watch.caFile, watch.certFile, watch.keyFile].map(textOf));
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function textOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const message = `the client cannot read ${file}: ${cause.code}`;
    throw new InputError({ code: "DRL003", message, fix: "correct the path or its permissions" }, cause);
  });
}
