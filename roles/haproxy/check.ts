import { absolutePath, z } from "ts-play";
import { duration, port } from "./words.ts";

const pace = {
  port: port.optional().describe("asked instead of the server's own port"),
  interval: duration.default("3s").describe("between two checks; after one that failed, the next comes within 1 s"),
  fall: z.int().min(1).max(100).default(2).describe("failed checks in a row that take a server out"),
  rise: z.int().min(1).max(100).default(2).describe("good checks in a row that bring it back"),
};

const request = {
  path: z
    .string()
    .regex(/^\/[!-~]*$/, "must begin with `/` and hold neither blanks nor line breaks")
    .default("/")
    .describe("what is asked for"),
  host: z.hostname().optional().describe("the name that is asked for, for servers that serve several"),
  statuses: z
    .array(z.int().min(100).max(599))
    .min(1)
    .readonly()
    .default([200])
    .describe("the answers that are good; [200, 401] for an apiserver that refuses who is not known"),
};

const verify = z.union([
  z.literal("none").describe("any certificate"),
  z.strictObject({
    caFile: absolutePath.describe("who must have signed the certificate; a file on the balancer"),
    name: z.hostname().optional().describe("the name that must stand in it; `kubernetes` stands in every apiserver's"),
  }),
]);

/** How a server shows that it is well. */
export const check = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tcp").describe("it takes a connection; it may hang all the same"), ...pace }),
  z.strictObject({ kind: z.literal("http").describe("it answers a request"), ...request, ...pace }),
  z.strictObject({
    kind: z.literal("https").describe("it answers a request over TLS, while the service itself is passed on as it is"),
    verify: verify.describe("what is asked of its certificate"),
    ...request,
    ...pace,
  }),
]);

export type Check = z.output<typeof check>;
