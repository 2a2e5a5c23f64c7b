import { defineRole, defineTemplate, osRelease, packages, service, sh, sysctl, template, z } from "ts-play";

const name = z.string().regex(/^[\w.:-]+$/, "may hold letters, digits, `_`, `.`, `:` and `-`");
const port = z.int().min(1).max(65535);
const address = z.union([z.ipv4(), z.hostname()]);

const check = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tcp").describe("the server takes a connection") }),
  z.strictObject({
    kind: z.literal("http").describe("the server answers a request"),
    path: z
      .string()
      .regex(/^\/\S*$/)
      .default("/")
      .describe("what is asked for"),
    status: z.int().min(100).max(599).default(200).describe("the answer that is wanted"),
  }),
]);

const balanced = z.strictObject({
  name: name.describe("names the frontend and the backend"),
  address: z
    .union([z.literal("*"), z.ipv4()])
    .default("*")
    .describe("where it listens; `*` for every IPv4 address of the host"),
  port: port.describe("where it listens"),
  balance: z
    .enum(["leastconn", "roundrobin", "source"])
    .default("leastconn")
    .describe("leastconn suits long sessions: a server that comes back gets its share again"),
  check: check.default({ kind: "tcp" }).describe("how a server shows that it is well"),
  servers: z
    .array(
      z.strictObject({
        name: name.describe("in logs and statistics"),
        address: address.describe("of the server"),
        port,
      }),
    )
    .min(1)
    .readonly()
    .describe("who answers"),
});

const vars = z.strictObject({
  services: z
    .array(balanced)
    .min(1)
    .readonly()
    .refine((all) => distinct(all.map(({ name }) => name)), "two services have the same name")
    .refine((all) => distinct(all.map((one) => `${one.address}:${one.port}`)), "two services listen on the same port")
    .describe("what is balanced, each as TCP"),
  maxConnections: z
    .int()
    .positive()
    .optional()
    .describe("at once, over all services; by default what the host's limit of open files allows, two for each"),
  idleTimeout: z
    .string()
    .regex(/^\d+(?:ms|s|m|h)$/)
    .default("1h")
    .describe("after this a silent session is cut; short ones break watches and log streams"),
});

const config = defineTemplate(new URL("./haproxy.cfg.ejs", import.meta.url), vars.extend({ socket: z.string() }));

const distinct = (words: readonly string[]): boolean => new Set(words).size === words.length;

/** Where the distribution's package and its SELinux policy want the socket. */
const SOCKETS = {
  debian: "/run/haproxy/admin.sock",
  redhat: "/var/lib/haproxy/stats",
  other: "/run/haproxy/admin.sock",
};

/** Balances TCP services over servers that are well. */
export const haproxy = defineRole({
  name: "haproxy",
  summary: "HAProxy in front of TCP services: health checks, statistics socket, reload without lost connections.",
  vars,
  facts: { os: osRelease() },

  tasks: ({ vars, facts }) => {
    const configuration = template({
      path: "/etc/haproxy/haproxy.cfg",
      content: config({ ...vars, socket: SOCKETS[facts.os.family] }),
      // -dW: settings that would be ignored are errors. It must end with a line break, which haproxy insists on.
      validate: (file) => sh`haproxy -c -q -dW -f ${file}`,
    });

    return [
      packages({ names: ["haproxy"], units: ["haproxy"] }),
      // A balancer must be able to listen on a floating address that another host holds just now.
      vars.services.some(({ address }) => address !== "*") && sysctl({ key: "net.ipv4.ip_nonlocal_bind", value: 1 }),
      configuration,
      service({ unit: "haproxy", refresh: "reload" }, { onChangeOf: [configuration] }),
    ];
  },
});
