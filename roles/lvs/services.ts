import { z } from "ts-play";

const port = z.int().min(1).max(65535);
const path = z
  .string()
  .regex(/^\/[^\s"#!{}]*$/, "must begin with `/` and hold no blanks, quotes, braces, `#` or `!`")
  .default("/")
  .describe("what is asked for");
const status = z.int().min(100).max(599).default(200).describe("the answer that is wanted");
const host = z.hostname().optional().describe("name for the `Host` header, and for SNI");

const check = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tcp").describe("the server takes a connection") }),
  z.strictObject({ kind: z.literal("http").describe("the server answers a request"), path, status, host }),
  z.strictObject({
    kind: z
      .literal("https")
      .describe("the server answers a request over TLS; its certificate is not looked at, which keepalived cannot do"),
    path: path.unwrap().default("/readyz").describe("what is asked for; `/readyz` is an apiserver's"),
    status,
    host,
  }),
]);

const realServer = z.strictObject({
  name: z.string().min(1).describe("the host's name in the inventory"),
  address: z.ipv4().describe("its own address, in the network of the directors"),
  port: port
    .optional()
    .describe("must be that of the service, because direct routing translates nothing; by default it is"),
  weight: z.int().min(1).max(65535).default(1).describe("its share of the connections"),
});

/** A virtual address and port, and who answers there. */
export const virtualService = z
  .strictObject({
    address: z.ipv4().describe("the virtual address; keepalived's VRRP part moves it between the directors"),
    port: port.describe("where clients, and so the real servers, have the service; TCP"),
    scheduler: z
      .enum(["wlc", "lc", "wrr", "rr", "sh", "mh", "sed", "nq"])
      .default("wlc")
      .describe(
        "how a new connection finds its server; wlc, the fewest connections by weight, fills a server that came back, which rr never does with connections that live for hours",
      ),
    persistenceSeconds: z
      .int()
      .positive()
      .optional()
      .describe(
        "keeps a client on its server for that long; by default each connection is placed by itself, because behind one address there may be many clients",
      ),
    check: check.default({ kind: "tcp" }).describe("how a server shows that it is well"),
    checkEverySeconds: z
      .int()
      .positive()
      .default(2)
      .describe("pause between two checks (`delay_loop`, by itself a minute)"),
    retries: z
      .int()
      .min(0)
      .default(1)
      .describe("checks that must fail after the first one before a server is taken out"),
    retryAfterSeconds: z.int().positive().default(1).describe("pause before each of them"),
    checkTimeoutSeconds: z.int().positive().default(2).describe("how long a check waits for an answer"),
    startDown: z
      .boolean()
      .default(true)
      .describe(
        "a server gets connections only after its first good check (`alpha`), not from the start of keepalived",
      ),
    onFailure: z
      .enum(["remove", "quiesce"])
      .default("remove")
      .describe(
        "remove: clients of a server that fails are cut off at once and connect anew; quiesce: it keeps those that it has (weight 0, `inhibit_on_failure`), which suits servers that end slowly, not ones that die",
      ),
    realServers: z.array(realServer).min(1).readonly().describe("who answers"),
  })
  .superRefine(({ port, realServers }, context) => {
    for (const [at, server] of realServers.entries()) {
      if (server.port === undefined || server.port === port) continue;
      const message = `must be ${port}, the service's: in direct routing the packet arrives as the client sent it, and nothing translates ports`;
      context.addIssue({ code: "custom", path: ["realServers", at, "port"], message });
    }
  });

export type VirtualService = z.output<typeof virtualService>;

/** `10.0.0.40:6443`, the key of a service in the kernel's table. */
export const keyOf = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  `${address}:${port}`;

/** Every host that is behind one of the services, each once. */
export const realServersOf = (services: readonly VirtualService[]) => [
  ...new Map(services.flatMap(({ realServers }) => realServers).map((server) => [server.address, server])).values(),
];
