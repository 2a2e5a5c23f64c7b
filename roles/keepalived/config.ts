import { isIPv4 } from "node:net";
import { defineTemplate, type Host, secretText, z } from "ts-play";
import { paceOf, urlOf } from "./check.ts";
import { priorityOf } from "./faults.ts";
import { type Instance, onFailureOf, routerIdOf } from "./instance.ts";
import { PARTS, SCRIPT_USER } from "./places.ts";
import type { Member, Vars } from "./vars.ts";

const shown = z.object({
  name: z.string(),
  device: z.string(),
  routerId: z.int(),
  priority: z.int(),
  version: z.int(),
  advertIntervalSeconds: z.number(),
  preempt: z.boolean(),
  preemptDelaySeconds: z.number(),
  transport: z.string(),
  password: secretText().optional(),
  addresses: z.array(z.string()),
  riders: z.array(z.string()),
  check: z.object({ script: z.string(), period: z.int(), rise: z.int(), weight: z.int() }).optional(),
  notify: z.object({ command: z.string(), user: z.string() }).optional(),
});

const configuration = defineTemplate(
  new URL("./keepalived.conf.ejs", import.meta.url),
  z.object({
    routerName: z.string(),
    scriptUser: z.string(),
    source: z.string(),
    peers: z.array(z.string()),
    instances: z.array(shown),
    parts: z.string(),
  }),
);

const checkScript = defineTemplate(
  new URL("./check.sh.ejs", import.meta.url),
  z.object({
    kind: z.string(),
    signsOfLife: z.boolean(),
    url: z.string(),
    hexPort: z.string(),
    trust: z.string(),
    fall: z.int(),
    look: z.int(),
    interval: z.int(),
    timeout: z.int(),
  }),
);

/** Where things are on this host. */
export interface Local {
  readonly host: Host;
  readonly folder: string;
  deviceOf(instance: Instance): string;
}

export const checkPath = ({ folder }: Local, { name }: Instance): string => `${folder}/${name}-check`;
export const notifyPath = ({ folder }: Local, { name }: Pick<Instance, "name">): string => `${folder}/${name}-notify`;

/** Who is told of each state; undefined where nobody is. */
export const hookOf = ({ notify, ...instance }: Instance, local: Local) =>
  notify && { command: notify.command ?? notifyPath(local, instance), user: notify.user };

/** The member that a host is. */
export function selfIn({ members }: Vars, { name }: Host): Member {
  const self = members.find((candidate) => candidate.name === name);
  if (self === undefined) throw new Error(`keepalived is to run on ${name}, which is not among its members`);
  return self;
}

/** keepalived.conf of one member. */
export function configOf(vars: Vars, local: Local) {
  const self = selfIn(vars, local.host);
  return configuration({
    routerName: self.name,
    scriptUser: SCRIPT_USER,
    source: self.address,
    // Itself among them would be taken for another router, and no check of keepalived finds that.
    peers: vars.members.filter((member) => member !== self).map(({ address }) => address),
    instances: vars.instances.map((instance) => shownOf(instance, self, local)),
    parts: PARTS,
  });
}

/** A virtual address comes alone, without a network. */
export const wholeAddresses = ({ addresses }: Pick<Instance, "addresses">): readonly string[] =>
  addresses.map((address) => `${address}/${isIPv4(address) ? 32 : 128}`);

function shownOf(instance: Instance, self: Member, local: Local): z.input<typeof shown> {
  const [addresses, riders] = [true, false].map((v4) =>
    wholeAddresses({ addresses: instance.addresses.filter((address) => isIPv4(address) === v4) }),
  );
  return {
    ...instance,
    device: local.deviceOf(instance),
    routerId: routerIdOf(instance),
    priority: priorityOf(instance, self),
    version: versionOf(instance),
    addresses: [...addresses!],
    riders: [...riders!],
    check: checkOf(instance, local),
    notify: hookOf(instance, local),
  };
}

/** Members of version 3 follow the interval of the holder, so it can be changed on one host after the other; only version 2 has a password. */
export const versionOf = ({ password }: Instance): 2 | 3 => (password === undefined ? 3 : 2);

function checkOf(instance: Instance, local: Local) {
  const { check, advertIntervalSeconds } = instance;
  if (check === undefined) return undefined;
  const { period } = paceOf(check, advertIntervalSeconds);
  return {
    script: checkPath(local, instance),
    period,
    rise: Math.max(1, Math.round(check.rise / period)),
    weight: onFailureOf(instance) === "lower" ? -check.weight : 0,
  };
}

/** The script that asks the host's own balancer; undefined for an instance without a check. */
export function checkScriptOf({ check, advertIntervalSeconds }: Instance, { watchdogSeconds }: Vars) {
  if (check === undefined) return undefined;
  const { look, interval, timeout } = paceOf(check, advertIntervalSeconds);
  const hundredths = (seconds: number) => Math.round(seconds * 100);
  return checkScript({
    kind: check.kind,
    signsOfLife: watchdogSeconds !== undefined,
    url: urlOf(check),
    // As /proc/net/ip_vs has it.
    hexPort: check.port.toString(16).toUpperCase().padStart(4, "0"),
    trust: trustOf(check),
    fall: check.fall,
    look: hundredths(look),
    interval: hundredths(interval),
    timeout: hundredths(timeout),
  });
}

const trustOf = ({ kind, caFile }: NonNullable<Instance["check"]>): string =>
  kind !== "https" ? "" : caFile === undefined ? " --insecure" : ` --cacert '${caFile}'`;
