import { isIPv6 } from "node:net";
import { z } from "ts-play";

/** May stand between single quotes in a script, and means nothing else to curl. */
const plain = /^\/[\w.~/?&=%:@!$*+,;-]*$/;

/** How a host shows that it may hold the addresses. */
export const check = z.strictObject({
  kind: z
    .enum(["tcp", "http", "https", "ipvs"])
    .default("tcp")
    .describe(
      "tcp: a connection is taken, as it also is by a process that hangs; http, https: a request gets a good answer (below 400); ipvs: the kernel of this director has a server for the port",
    ),
  address: z
    .union([z.ipv4(), z.ipv6()])
    .default("127.0.0.1")
    .describe("where the host's own balancer listens, as seen from the host"),
  port: z.int().min(1).max(65535).describe("of the balancer, the one that clients use"),
  path: z.string().regex(plain, "must be a path that needs no quotes").default("/").describe("what is asked for"),
  caFile: z
    .string()
    .regex(plain, "must be an absolute path without blanks")
    .optional()
    .describe("https: who is trusted, readable by everybody; by default every certificate is taken"),
  intervalSeconds: z
    .number()
    .min(0.05)
    .max(60)
    .optional()
    .describe("between two questions; by default 0.25, with adverts of less than a second 0.1"),
  timeoutSeconds: z
    .number()
    .min(0.05)
    .max(60)
    .optional()
    .describe(
      "silence of this length is a failed check at once; by default 0.6, with adverts of less than a second 0.3",
    ),
  fall: z.int().min(1).max(10).default(2).describe("so many wrong answers in a row are a failed check"),
  rise: z.int().min(1).max(60).default(2).describe("so many seconds without a wrong answer make it good again"),
  onFailure: z
    .enum(["lower", "release"])
    .optional()
    .describe(
      "lower: loses `weight` of its priority, so the best of the hosts holds the addresses even when all fail; release: lets go of them, at once, even when nobody is left to take them. Default: lower, and release when `preempt` is false",
    ),
  weight: z.int().min(1).max(253).default(50).describe("lower: what a failed check takes off the priority"),
});

export type Check = z.output<typeof check>;

/** What curl(1) is asked for. */
export const urlOf = ({ kind, address, port, path }: Check): string =>
  `${kind === "https" ? "https" : "http"}://${isIPv6(address) ? `[${address}]` : address}:${port}${path}`;

/**
 * The pace of a check, seconds. keepalived starts its script at whole seconds, and would need some of them to find a failure; so one
 * run of the script asks again and again (`look`) and ends at the first failure. It must have ended before the next one starts
 * (`period`), and must be long enough for `fall` slow answers.
 */
export function paceOf({ intervalSeconds, timeoutSeconds, fall }: Check, advertIntervalSeconds: number) {
  const quick = advertIntervalSeconds < 1;
  const interval = intervalSeconds ?? (quick ? 0.1 : 0.25);
  const timeout = timeoutSeconds ?? (quick ? 0.3 : 0.6);
  const period = Math.ceil(fall * (timeout + interval) + 0.25);
  return { interval, timeout, period, look: period - 0.25 };
}
