import { secretText, z } from "ts-play";
import { bindsOf, clashIn } from "./binds.ts";
import { check } from "./check.ts";
import { address, duration, name, port } from "./words.ts";

const server = z.strictObject({
  name: name.describe("in logs and statistics"),
  address: address.describe(
    "of the server; a name is looked up when haproxy starts or is reloaded, and must be known then",
  ),
  port: port.describe("of the server"),
  weight: z
    .int()
    .min(0)
    .max(256)
    .default(1)
    .describe("its share beside the others; 0 drains it: sessions go on, new ones go elsewhere"),
  backup: z.boolean().default(false).describe("is used only while no other server is well"),
  maxConnections: z.int().positive().optional().describe("at once to this server; the rest waits in the queue"),
});

const service = z.strictObject({
  name: name.describe("names the frontend and the backend"),
  addresses: z
    .array(z.union([z.literal("*"), z.literal("::"), z.ipv4(), z.ipv6()]))
    .min(1)
    .readonly()
    .default(["*"])
    .describe(
      "where it listens; `*` for every IPv4 address of the host, `::` for every one of IPv6 as well; one that the host does not hold (yet) makes it allow that",
    ),
  port: port.describe("where it listens; not where a server on the same host does"),
  balance: z
    .enum(["leastconn", "roundrobin", "source"])
    .default("leastconn")
    .describe(
      "leastconn suits sessions that live for hours: a server that comes back gets its share again; source keeps a client on its server",
    ),
  check: check.prefault({ kind: "tcp" }).describe("how a server shows that it is well"),
  slowStart: z
    .union([duration, z.literal("none")])
    .optional()
    .describe(
      'a server that comes back gets its full share only after this, because leastconn would give it every new session at once; by default `30s`, "none" with "source", which knows no such thing',
    ),
  maxConnections: z.int().positive().optional().describe("at once to this service; further clients wait"),
  servers: z.array(server).min(1).readonly().describe("who answers"),
});

const timeouts = z.strictObject({
  connect: duration.default("5s").describe("for a server to take a connection"),
  check: duration.default("5s").describe("for a server to answer a check, once it took the connection"),
  queue: duration.default("30s").describe("for a client to wait until a server has room"),
  idle: duration
    .default("1h")
    .describe("without a byte from client or server; short ones break watches (`kubectl get -w`)"),
  tunnel: duration
    .default("12h")
    .describe("replaces `idle` once both sides have spoken: `kubectl logs -f` and `exec` may be silent for hours"),
  halfClosed: duration.default("30s").describe("for the second side to close after the first has"),
});

const statistics = z.strictObject({
  address: z
    .union([z.ipv4(), z.ipv6()])
    .default("127.0.0.1")
    .describe("one address of the host: the page is not for all"),
  port: port.describe("where the page is"),
  user: z
    .string()
    .regex(/^[^\s:]+$/)
    .describe("who may see it"),
  password: secretText().describe("what the user must know; it travels in clear text"),
});

/** The variables as they are written, before what they say together is checked. */
export const plainVars = z.strictObject({
  services: z.array(service).min(1).readonly().describe("what is balanced, each as TCP"),
  maxConnections: z
    .int()
    .positive()
    .optional()
    .describe("at once, over all services; by default what the host's limit of open files allows, two for each"),
  timeouts: timeouts.prefault({}).describe("how long is waited for what"),
  hardStopAfter: z
    .union([duration, z.literal("never")])
    .default("15m")
    .describe(
      'how long sessions outlive a reload; with "never" each reload leaves a process behind until its last session ends',
    ),
  statistics: statistics.optional().describe("a page with statistics for browsers; the socket is always there"),
});

export type HaproxyVars = z.output<typeof plainVars>;

export const haproxyVars = plainVars.superRefine((vars, context) => {
  for (const message of faultsOf(vars)) context.addIssue({ code: "custom", path: ["services"], message });
});

/** What no single variable shows to be wrong. */
function faultsOf(vars: HaproxyVars): readonly string[] {
  const names = vars.services.map(({ name }) => name);
  const again = twinIn(names);
  const faults = [
    again !== undefined && `two services have the same name, ${again}`,
    vars.statistics !== undefined &&
      names.includes("statistics") &&
      "`statistics` is what the page with statistics is called",
    ...vars.services.flatMap(serviceFaults),
    clashIn(bindsOf(vars)),
  ];
  return faults.filter((fault) => typeof fault === "string");
}

function serviceFaults({ name, servers, balance, slowStart = "none" }: HaproxyVars["services"][number]) {
  const again = twinIn(servers.map((one) => one.name));
  return [
    again !== undefined && `${name}: two servers have the same name, ${again}`,
    servers.every(({ backup }) => backup) && `${name} has backup servers only`,
    balance === "source" && slowStart !== "none" && `${name}: slowStart has no effect with "source"`,
  ];
}

const twinIn = (all: readonly string[]): string | undefined => all.find((one, i) => all.indexOf(one) < i);
