import { isIPv4 } from "node:net";
import { secretText, z } from "ts-play";
import { check } from "./check.ts";

export const priority = z.int().min(1).max(254);

/** VRRP version 2 carries only so many; keepalived cuts longer ones off, and then says so. */
const PASSWORD_BYTES = 8;

const password = secretText((text) => {
  if (Buffer.byteLength(text) > PASSWORD_BYTES)
    return `is longer than ${PASSWORD_BYTES} characters: VRRP would use the first ${PASSWORD_BYTES} alone`;
  return /^[\w.+/=@%^-]+$/.test(text) ? undefined : "must be of letters, digits and . + / = @ % ^ - _";
});

const notify = z
  .strictObject({
    command: z
      .string()
      .regex(/^\/[^\s"'\\]+(?: [^\s"'\\]+)*$/, "must be an absolute path, and arguments without quotes")
      .optional()
      .describe("a program of the host"),
    script: z
      .string()
      .startsWith("#!", "must begin with #! and the interpreter")
      .optional()
      .describe("text of a program that the role brings"),
    user: z
      .string()
      .regex(/^[a-z_][\w-]*$/)
      .default("keepalived_script")
      .describe("who runs it; say root where it must change the host"),
  })
  .refine(
    ({ command, script }) => (command === undefined) !== (script === undefined),
    "needs either a command or a script",
  );

/** A group of addresses that float together. */
export const instance = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z]\w{0,31}$/, "must be at most 32 letters, digits and _")
    .default("virtual_ip")
    .describe("in the configuration and in logs"),
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .min(1)
    .readonly()
    .refine(
      ([first = ""]) => isIPv4(first),
      "the first must be IPv4, which the members speak; IPv6 addresses go with it",
    )
    .describe("float together: each in a network of the interface and used by nobody else"),
  interface: z
    .string()
    .regex(/^[^\s/"{}]{1,15}$/, "a name of at most 15 letters without blanks is needed")
    .optional()
    .describe("carries the addresses; by default the one with the default route"),
  routerId: z
    .int()
    .min(1)
    .max(255)
    .optional()
    .describe(
      "`virtual_router_id`: tells groups on one network apart, so it must be unique there; by default the last number of the first address",
    ),
  priorities: z
    .record(z.string(), priority)
    .default({})
    .describe("by host, in place of the members' own: of two instances each host can be first for one"),
  check: check
    .optional()
    .describe("how a host shows that it may hold the addresses; without it a running keepalived is enough"),
  preempt: z
    .boolean()
    .default(true)
    .describe("a better host that is well again takes the addresses back; `false`: they stay until their holder fails"),
  preemptDelaySeconds: z.number().min(0).max(1000).default(0).describe("how long it waits before it takes them back"),
  advertIntervalSeconds: z
    .number()
    .min(0.1)
    .max(40)
    .default(1)
    .describe("a holder that is silent for three of these is replaced; 0.2 is for failovers within 1.5 s"),
  transport: z
    .enum(["unicast", "multicast"])
    .default("unicast")
    .describe("unicast: members speak to each other one by one, because many networks drop multicast"),
  password: password
    .optional()
    .describe(
      "sent in the clear with VRRP version 2, so it guards against mistakes and not against attacks; without it version 3 is spoken",
    ),
  notify: notify
    .optional()
    .describe("run on each change of state with the arguments `INSTANCE <name> <MASTER|BACKUP|FAULT|STOP> <priority>`"),
});

export type Instance = z.output<typeof instance>;

/** The last number of the first address is easy to see and as unique as the address in most networks. */
export const routerIdOf = ({ routerId, addresses }: Instance): number =>
  routerId ?? (Number(addresses[0]?.split(".").at(-1)) || 255);

/** A backup that does not preempt ignores a holder which only lowered itself, so that one must let go. */
export const onFailureOf = ({ check: asked, preempt }: Instance): "lower" | "release" =>
  asked?.onFailure ?? (preempt ? "lower" : "release");
