import { defineOperation, type PortHolder, pathExists, portHolders, TaskRefusal, unitState, z } from "ts-play";
import { type Bind, overlap, written } from "./binds.ts";

const bind = z.strictObject({ address: z.string(), port: z.int(), owner: z.string() });

const args = z.strictObject({
  binds: z.array(bind).min(1).readonly().describe("where haproxy is to listen"),
  ownServers: z
    .array(z.strictObject({ name: z.string(), address: z.string(), port: z.int() }))
    .readonly()
    .describe("servers that haproxy is to balance and that are on this very host"),
});

interface Seen {
  readonly holders: readonly PortHolder[];
  readonly ipv6: boolean;
  /** Whether haproxy runs here. */
  readonly runs: boolean;
}

interface Objection {
  readonly message: string;
  readonly fix: string;
}

/** Stops before anything is changed when haproxy could not listen where it is to, which `haproxy -c` does not see. */
export const listenable = defineOperation({
  name: "listenable",
  summary: "Stops before anything is changed when haproxy could not listen where it is to; changes nothing itself.",
  example: 'listenable({ binds: [{ address: "0.0.0.0", port: 9443, owner: "service api" }], ownServers: [] })',
  args,
  subject: ({ binds }) => binds.map(written).join(" "),
  read: () => ({
    holders: portHolders(),
    unit: unitState("haproxy"),
    ipv6: pathExists("/proc/net/if_inet6"),
  }),
  plan: ({ args, current: { holders, unit, ipv6 } }) => {
    const seen = { holders, ipv6, runs: unit.active === "active" };
    const objections = args.binds.flatMap((one) => objectionsTo(one, args.ownServers, seen));
    if (objections.length === 0) return [];
    const fixes = new Set(objections.map(({ fix }) => fix));
    throw new TaskRefusal(objections.map(({ message }) => message).join("; "), [...fixes].join("; "));
  },
});

type OwnServer = z.output<typeof args>["ownServers"][number];

function objectionsTo(one: Bind, ownServers: readonly OwnServer[], seen: Seen): readonly Objection[] {
  const what = `haproxy cannot listen on ${written(one)} (${one.owner})`;
  const own = ownServers.find(({ address, port }) => port === one.port && overlap(one.address, address));
  if (own !== undefined)
    return [{ message: `${what}: its own server ${own.name} is to listen there on this host`, fix: PORT_CHOICE }];
  const holder = seen.holders.find((held) => isInTheWay(held, one, seen.runs));
  if (holder !== undefined) return [takenBy(what, holder)];
  if (!seen.ipv6 && (one.address === "*" || one.address.includes(":")))
    return [{ message: `${what}: this host has no IPv6`, fix: "listen on `*` or on an IPv4 address" }];
  return [];
}

const PORT_CHOICE =
  "take a port that no server has (8443, 9443) and name that one in the endpoint; or listen on the floating address alone while each server listens on its host's own (`--bind-address` of an apiserver); or balance on hosts of their own";

function takenBy(what: string, { address, port, processes }: PortHolder): Objection {
  const who = processes?.join(", ") ?? "somebody (there is no `ss` on the host to tell whom)";
  const message = `${what}: ${who} listens on ${written({ address, port })}`;
  const fix = processes?.some((name) => name.startsWith("kube-apiserver"))
    ? PORT_CHOICE
    : "stop it, or choose another port";
  return { message, fix };
}

/** Where nobody says who holds a port, it is taken to be haproxy while that runs. */
const isInTheWay = ({ address, port, processes }: PortHolder, one: Bind, runs: boolean): boolean =>
  port === one.port && overlap(address, one.address) && !(processes?.every((name) => name === "haproxy") ?? runs);
