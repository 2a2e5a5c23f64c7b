import { z } from "zod";
import { checkInput } from "./check-input.ts";
import type { RecordsWatch } from "./records-client.ts";

const pace = {
  everyMs: z.int().min(5).max(60_000).default(50).describe("a new connection each time; none waits for the one before"),
  deadlineMs: z.int().min(10).max(60_000).default(1000).describe("what has no answer by then is lost"),
};

const tcp = z.strictObject({
  address: z.string().min(1).describe("host name or IP address, as a client would use it"),
  port: z.int().min(1).max(65535),
  ...pace,
});

const http = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("what is asked for"),
  method: z.enum(["GET", "HEAD", "POST", "PUT"]).default("GET"),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional().describe("sent with each request"),
  status: z
    .array(z.int().min(100).max(599))
    .min(1)
    .readonly()
    .default([200])
    .describe("answers that count as a success"),
  caFile: z.string().optional().describe("PEM file with the authority that signed the server's certificate"),
  certFile: z.string().optional().describe("PEM file with the client's certificate"),
  keyFile: z.string().optional().describe("PEM file with the client's key"),
  ...pace,
});

/** What a client does again and again while something breaks; it runs on the machine that runs ts-play. */
export type Watch =
  | ({ readonly kind: "tcp" } & z.output<typeof tcp>)
  | ({ readonly kind: "http" } & z.output<typeof http>)
  | RecordsWatch;

/** A client that connects: the connection itself is the success. Throws InputError. */
export const tcpClient = (given: z.input<typeof tcp>): Watch =>
  Object.freeze({ kind: "tcp", ...checkInput("DRL003", "tcpClient", tcp, given) });

/** A client that asks by HTTP or HTTPS and wants one of the given statuses. Throws InputError. */
export const httpClient = (given: z.input<typeof http>): Watch =>
  Object.freeze({ kind: "http", ...checkInput("DRL003", "httpClient", http, given) });

/** `GET https://10.0.0.10/readyz`, `connect to 10.0.0.10:6443`. */
export const watchTitle = (watch: Watch): string =>
  watch.kind === "records"
    ? `${watch.title} at ${watch.endpoints.join(", ")}`
    : watch.kind === "tcp"
      ? `connect to ${watch.address}:${watch.port}`
      : `${watch.method} ${watch.url}`;
