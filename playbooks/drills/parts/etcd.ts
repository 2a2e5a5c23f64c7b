import {
  type Condition,
  defineGate,
  defineInventory,
  defineProbe,
  type Fault,
  type Gate,
  type Group,
  type Guard,
  holds,
  type Scenario,
  sh,
  type Victim,
  z,
} from "ts-play";
import { etcdInventoryVars, memberVars } from "../../../roles/etcd/cluster.ts";
import { type Client, etcdCluster, etcdctl } from "../../../roles/etcd/cluster-probe.ts";
import { parseExactly } from "../../../roles/etcd/etcdctl-json.ts";
import { etcdHost } from "../../../roles/etcd/inventory-host.ts";
import type { Cluster } from "../../../roles/etcd/member.ts";
import { majority } from "../../../roles/etcd/quorum.ts";
import { endpointsOf } from "../../../roles/etcd/role.ts";
import { etcdWriter } from "./etcd-writer.ts";

export const etcdInventory = defineInventory({
  groups: { etcd: etcdHost.describe("members of the cluster") },
  vars: z.object(etcdInventoryVars),
});

/** What can be told every drill of etcd. */
export const etcdDrillArgs = z.object({
  maxGapMs: z.int().min(0).default(5000).describe("the longest time without an acknowledged write"),
  maxMissing: z.int().min(0).default(0).describe("writes that were acknowledged and are not there in the end"),
  holdMs: z.int().min(1000).default(8000).describe("it stays broken at least this long"),
  timeoutMs: z.int().min(1000).default(60_000).describe("it is mended after this long, recovered or not"),
  everyMs: z.int().min(20).default(200).describe("a record is written this often"),
});

export interface EtcdSite {
  readonly groups: { readonly etcd: Group };
  readonly vars: z.output<typeof etcdInventory.vars>;
  readonly args: z.output<typeof etcdDrillArgs>;
}

const PKI = "/etc/etcd/pki";

/** Asked of the member itself, and quickly: one that is down or sees nobody does not lead. */
const etcdLeads = defineProbe<Pick<Client, "pki">, boolean>({
  name: "etcdLeads",
  summary: "Whether the host's own member of etcd leads.",
  command: (client) => sh`${etcdctl(client)}export ETCDCTL_DIAL_TIMEOUT=800ms ETCDCTL_COMMAND_TIMEOUT=800ms
etcdctl --endpoints https://127.0.0.1:2379 endpoint status -w json 2>/dev/null || echo '[]'`,
  parse: ({ stdout }) => leads(stdout),
  bare: () => false,
});

interface Reported {
  readonly Status: { readonly header: { readonly member_id: string }; readonly leader?: string };
}

function leads(text: string): boolean {
  const line = text.split("\n").find((one) => one.startsWith("[{"));
  const [own] = line === undefined ? [] : (parseExactly(line) as readonly Reported[]);
  return own !== undefined && own.Status.leader === own.Status.header.member_id;
}

const leadership: Condition = holds(etcdLeads({ pki: PKI }), (yes) => yes, "leads");

/** Every member is healthy, one leads, no alarm is raised, and the cluster can do without one. */
const clusterIsWhole = (client: Client): Gate =>
  defineGate({
    name: "every member is healthy",
    probe: etcdCluster(client),
    objection: (seen) => {
      const silent = seen.find(({ answer }) => answer === undefined);
      if (silent) return `${silent.host.name} cannot ask the cluster`;
      return seen.map(({ answer }) => answer && clusterObjection(answer)).find((text) => text !== undefined);
    },
  });

export function clusterObjection({ members, alarms }: Cluster): string | undefined {
  const sick = members.find(({ healthy }) => !healthy);
  if (sick) return `${sick.name || sick.id} is not healthy`;
  if (members.filter(({ leader }) => leader).length !== 1) return "not exactly one member leads";
  if (alarms.length > 0) return `alarm ${alarms.join(", ")}`;
  const voters = members.filter(({ learner }) => !learner).length;
  return voters - 1 >= majority(voters) ? undefined : `${voters} members have no majority when one is broken`;
}

/** A drill of the cluster: a client that writes, another thing that breaks. */
export function onEtcd(
  { groups: { etcd }, vars, args }: EtcdSite,
  broken: {
    readonly victim: Victim;
    readonly faults: readonly Fault[];
    readonly mustMove: boolean;
    readonly guards?: readonly Guard[];
  },
): Scenario {
  const endpoints = endpointsOf(memberVars(etcd, vars).members);
  const { guards = [], ...rest } = broken;
  return {
    watch: etcdWriter({ endpoints, ca: memberVars(etcd, vars).ca, everyMs: args.everyMs }),
    held: { by: etcd, when: leadership },
    guards: [{ on: etcd, gates: [clusterIsWhole({ endpoints, pki: PKI })] }, ...guards],
    ...rest,
    limits: { maxGapMs: args.maxGapMs, maxMissing: args.maxMissing },
    times: { holdMs: args.holdMs, timeoutMs: args.timeoutMs, lookEveryMs: 500 },
  };
}
