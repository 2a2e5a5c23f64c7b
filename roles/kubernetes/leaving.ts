import { corrected, defineOperation, defineProbe, nearest, type Probe, sh, TaskRefusal, z } from "ts-play";
import { kube } from "./kubectl.ts";
import { memberOf, OWN } from "./member-removal.ts";
import { type ClusterNode, clusterNodes, known } from "./nodes.ts";
import { type EtcdSeen, etcdAt } from "./stacked-etcd.ts";

/** Kubelets report every ten seconds; after forty the cluster takes them for lost. */
const SILENCE_SECONDS = 40;

/** What the cluster remembers of nodes: seconds since each has reported, and names of which it has heard in the last hour. */
export interface NodeTraces {
  readonly reported: Readonly<Record<string, number>>;
  readonly heardOf: readonly string[];
}

/** Events outlive their node, for an hour: so one that was removed just now is told from one that never was. */
export const nodeTraces = defineProbe<undefined, NodeTraces>({
  name: "nodeTraces",
  summary: "How long ago each node has reported, by this host's clock, and of which nodes there are events.",
  command: () => sh`${kube}
[ -s /etc/kubernetes/admin.conf ] || exit 0
now=$(date +%s)
kube -n kube-node-lease get leases -o 'jsonpath={range .items[*]}{.metadata.name}|{.spec.renewTime}{"\\n"}{end}' |
  while IFS='|' read -r name renewed; do echo "reported|$name|$((now - $(date -d "$renewed" +%s)))"; done
kube -n default get events --field-selector involvedObject.kind=Node -o 'jsonpath={range .items[*]}{.involvedObject.name}{"\\n"}{end}' |
  sort -u | sed 's/^/event|/'`,
  parse: ({ stdout }) => {
    const rows = stdout.split("\n").map((line) => line.split("|"));
    const reported = rows.filter(([kind]) => kind === "reported").map(([, name = "", age]) => [name, Number(age)]);
    return {
      reported: Object.fromEntries(reported),
      heardOf: rows.filter(([kind]) => kind === "event").map(([, name = ""]) => name),
    };
  },
  bare: () => ({ reported: {}, heardOf: [] }),
  timeoutMs: 60_000,
});

type Reads = {
  readonly nodes: Probe<readonly ClusterNode[] | undefined>;
  readonly traces: Probe<NodeTraces>;
  readonly etcd: Probe<EtcdSeen>;
};

const read = (): Reads => ({
  nodes: clusterNodes(undefined),
  traces: nodeTraces(undefined),
  etcd: etcdAt(OWN),
});

const namesArgs = z.strictObject({
  names: z.array(z.string()).readonly().describe("what was asked to be removed"),
  inventory: z.array(z.string()).readonly().describe("nodes of the inventory"),
});

/** Refuses names that nobody knows: a removal that finds nothing to remove would otherwise look like one that is done. */
export const nodesKnown = defineOperation<typeof namesArgs, Reads>({
  name: "nodesKnown",
  summary:
    "Refuses names of nodes that neither the inventory nor the cluster knows, nor has known in the last hour; changes nothing itself.",
  args: namesArgs,
  example: 'nodesKnown({ names: ["worker3"], inventory: ["master1", "worker1"] })',
  subject: ({ names }) => names.join(" "),
  read,
  plan: ({ args: { names, inventory }, current: { nodes, traces, etcd } }) => {
    const now = [
      ...inventory,
      ...known(nodes).map(({ name }) => name),
      ...(typeof etcd === "object" ? etcd.members.map(({ name }) => name) : []),
    ];
    const strangers = names.filter((name) => !now.includes(name) && !traces.heardOf.includes(name));
    if (strangers.length > 0) throw stranger(strangers, now);
    return [];
  },
});

function stranger(names: readonly string[], candidates: readonly string[]): TaskRefusal {
  const told = names.map((name) =>
    corrected(
      `neither the inventory nor the cluster knows a node "${name}"`,
      nearest(name, candidates),
      "kubectl get nodes lists them; nothing is left to do for one that was removed more than an hour ago",
    ),
  );
  return new TaskRefusal(told.map(({ message }) => message).join("; "), told.map(({ fix }) => fix).join("; "));
}

const goneArgs = z.strictObject({
  name: z.string().describe("name of the node"),
  address: z.string().optional().describe("its address, where that is known"),
});

/** Refuses to forget a node that is alive: nobody would stop what runs on it. */
export const nodeGone = defineOperation<typeof goneArgs, Reads>({
  name: "nodeGone",
  summary:
    "Refuses where a node that is said to be gone reports, or its member of etcd answers; changes nothing itself.",
  args: goneArgs,
  example: 'nodeGone({ name: "worker3" })',
  subject: ({ name }) => name,
  read,
  plan: ({ args, current: { nodes, traces, etcd } }) => {
    const isNode = known(nodes).some(({ name }) => name === args.name);
    const sign = (isNode ? reportOf(args.name, traces) : undefined) ?? memberAnswers(args, etcd);
    if (sign === undefined) return [];
    throw new TaskRefusal(
      `${args.name} is not gone: ${sign}`,
      "kubernetes-remove.ts without kube_gone takes out a node that is well, and site.ts goes on with a host that has taken the place of another; if its power was cut just now, run this again in a minute",
    );
  },
});

function reportOf(name: string, { reported }: NodeTraces): string | undefined {
  const seconds = reported[name];
  return seconds !== undefined && seconds <= SILENCE_SECONDS ? `its kubelet has reported ${seconds} s ago` : undefined;
}

function memberAnswers(given: z.output<typeof goneArgs>, etcd: EtcdSeen): string | undefined {
  const member = typeof etcd === "object" ? memberOf(given, etcd) : undefined;
  return member?.healthy ? "its member of etcd answers" : undefined;
}
