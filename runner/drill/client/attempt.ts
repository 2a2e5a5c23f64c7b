import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { connect } from "node:net";
import type { RecordsWatch } from "../../define/records-client.ts";
import type { Watch } from "../../define/watch.ts";

/** PEM texts for a client that speaks TLS. */
export interface ClientFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** What one attempt came to: why it was lost, undefined for a success. Never throws. */
export type Attempt = () => Promise<string | undefined>;

/** The client's attempt, each over a connection of its own. */
export const attemptOf = (watch: Exclude<Watch, RecordsWatch>, files: ClientFiles): Attempt =>
  watch.kind === "tcp" ? () => connectOnce(watch) : () => askOnce(watch, files);

function connectOnce({ address, port, deadlineMs }: Extract<Watch, { kind: "tcp" }>): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = connect({ host: address, port });
    const end = (loss: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      done(loss);
    };
    const timer = setTimeout(() => end(late(deadlineMs)), deadlineMs);
    socket.once("connect", () => end(undefined));
    socket.on("error", (error) => end(reasonOf(error)));
  });
}

/** Two modules of node that speak alike. */
const WAYS = {
  "http:": { request: httpRequest, Agent: HttpAgent },
  "https:": { request: httpsRequest, Agent: HttpsAgent },
};

function askOnce(watch: Extract<Watch, { kind: "http" }>, files: ClientFiles): Promise<string | undefined> {
  const { url, method, headers, body, status, deadlineMs } = watch;
  const { request, Agent } = WAYS[new URL(url).protocol as keyof typeof WAYS];
  return new Promise((done) => {
    const asked = request(url, {
      method,
      headers: { connection: "close", ...headers },
      agent: new Agent({ keepAlive: false, maxCachedSessions: 0 }),
      ...files,
    });
    const end = (loss: string | undefined) => {
      clearTimeout(timer);
      asked.destroy();
      done(loss);
    };
    const timer = setTimeout(() => end(late(deadlineMs)), deadlineMs);
    asked.on("error", (error) => end(reasonOf(error)));
    asked.on("response", (response) => {
      const found = response.statusCode ?? 0;
      response.on("error", (error) => end(reasonOf(error)));
      response.on("end", () => end(status.includes(found) ? undefined : `status ${found}`));
      response.resume();
    });
    asked.end(body);
  });
}

const late = (deadlineMs: number): string => `no answer within ${deadlineMs} ms`;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ENOTFOUND: "the name is not known",
};

/** A name with several addresses gives an error without a message, made of several. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  return WORDS[first.code ?? ""] ?? first.message ?? String(first.code);
}
