import { readFile } from "node:fs/promises";
import type { ControlMachine } from "../../define/control-machine.ts";
import type { RecordsWatch } from "../../define/records-client.ts";
import { reveal } from "../../define/secret.ts";
import type { Watch } from "../../define/watch.ts";
import { RefBoard } from "../../engine/ref-board.ts";
import { InputError } from "../../errors.ts";
import type { ClientRequest } from "../client-ledger.ts";
import { type Attempt, attemptOf, type ClientFiles } from "./attempt.ts";
import { type Account, Records } from "./records.ts";

/** More than this at once is a client that overruns itself; it waits then. */
const MAX_UNDER_WAY = 500;

/** A client at work. */
export interface Client {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** What became of what was acknowledged, of a client that writes. Throws when that cannot be asked. */
  account?(): Promise<Account>;
}

/**
 * Makes a client ready: `start` sets it to work, and `ended` hears of each request. Certificates are made on the control machine.
 * Throws InputError when its files cannot be read.
 */
export async function prepareClient(
  watch: Watch,
  here: ControlMachine,
): Promise<(now: () => number, ended: (request: ClientRequest) => void) => Client> {
  const files = await filesOf(watch, here);
  return (now, ended) => {
    const records = watch.kind === "records" ? new Records(watch, files) : undefined;
    const attempt = records?.attempt ?? attemptOf(watch as Exclude<Watch, RecordsWatch>, files);
    const client = startClient(attempt, watch.everyMs, now, ended);
    return records ? { ...client, account: () => records.account() } : client;
  };
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

async function filesOf(watch: Watch, here: ControlMachine): Promise<ClientFiles> {
  if (watch.kind === "tcp") return {};
  if (watch.kind === "records") return watch.tls ? issued(watch.tls, here) : {};
  const [ca, cert, key] = await Promise.all([watch.caFile, watch.certFile, watch.keyFile].map(textOf));
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function issued({ ca, client }: NonNullable<RecordsWatch["tls"]>, here: ControlMachine): Promise<ClientFiles> {
  const board = new RefBoard(() => Promise.reject(new Error("a client asks no host")), here);
  const { certificate, key } = await board.value(client);
  return { ca: await board.value(ca), cert: certificate, key: reveal(key) };
}

async function textOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const message = `the client cannot read ${file}: ${cause.code}`;
    throw new InputError({ code: "DRL003", message, fix: "correct the path or its permissions" }, cause);
  });
}
