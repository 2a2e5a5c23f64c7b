import {
  type Answers,
  absolutePath,
  change,
  defineGate,
  defineOperation,
  defineProbe,
  fileText,
  type Probe,
  predict,
  run,
  type Step,
  sh,
  TaskRefusal,
  type UnitState,
  unitState,
  wait,
  z,
} from "ts-play";
import { type Client, clusterScript, etcdCluster, isHealthy, PATIENCE_MS, readCluster } from "./cluster-probe.ts";
import { handOver } from "./leadership.ts";
import { type Cluster, clientUrl, memberAt, peerUrl } from "./member.ts";
import { quorumObjection } from "./quorum.ts";
import { hashes, startedText } from "./start.ts";
import { STARTED } from "./unit.ts";

const args = z.object({
  address: z.string().describe("the member's own address"),
  endpoints: z.array(z.string()).min(1).readonly().describe("client URLs of the members, its own among them"),
  pki: absolutePath.describe("folder of the certificates"),
  files: z.array(absolutePath).readonly().describe("what etcd reads only when it starts"),
  leader: z.boolean().describe("restart also the leader, after it has handed its lead over; otherwise leave it alone"),
  acceptOutage: z.boolean().default(false).describe("restart even when the cluster has no majority meanwhile"),
});

type Args = z.output<typeof args>;
type Reads = {
  readonly unit: Probe<UnitState>;
  readonly started: Probe<string | undefined>;
  readonly cluster: Probe<Cluster | undefined>;
} & { readonly [file: `hash ${string}`]: Probe<string | undefined> };

/** Restarts a member that runs with an old configuration, when the cluster can do without it. */
export const etcdRestart = defineOperation<typeof args, Reads>({
  name: "etcdRestart",
  summary:
    "Restarts a member of etcd that still runs with an old configuration, when the others are a majority without it.",
  args,
  example: `etcdRestart({
  address: "10.0.0.4",
  endpoints: ["https://10.0.0.4:2379"],
  pki: "/etc/etcd/pki",
  files: ["/etc/etcd/etcd.env"],
  leader: false,
})`,
  subject: ({ leader }) => (leader ? "leader" : "follower"),
  read: ({ files, endpoints, pki }) => ({
    unit: unitState("etcd"),
    started: fileText(STARTED),
    cluster: etcdCluster({ endpoints, pki }),
    ...hashes(files),
  }),
  plan: ({ args, current }) => {
    const changed = staleFiles(args, current);
    if (current.unit.active !== "active" || changed.length === 0) return [];
    const { members = [] } = current.cluster ?? {};
    const self = memberAt(members, peerUrl(args.address));
    if (self?.leader && !args.leader) return [];
    const objection = self
      ? quorumObjection(members, { kind: "restart", member: self.id })
      : "it is not in the member list";
    if (objection !== undefined && !args.acceptOutage)
      throw new TaskRefusal(
        `a restart would put the cluster at risk: ${objection}`,
        "bring the other members up first",
      );
    const led = self?.leader ? handOver(args, self, clientUrl(args.address), members) : [];
    return [...led, ...restart(args, current, changed)];
  },
});

/** What is different from what etcd has read when it was started. */
function staleFiles({ files }: Args, current: Answers<Reads>): readonly string[] {
  const recorded = new Map(
    (current.started ?? "").split("\n").map((line) => line.split("  ").reverse() as [string, string]),
  );
  return files.filter(
    (path) => current[`hash ${path}`] !== undefined && current[`hash ${path}`] !== recorded.get(path),
  );
}

/** `systemctl restart` ends when the member has joined again; then it must answer as well. */
const restart = (given: Args, current: Answers<Reads>, changed: readonly string[]): readonly Step[] => [
  run(
    sh`systemctl restart etcd.service || {
  journalctl --unit etcd --no-pager --lines=20 --output=cat >&2
  exit 1
}`,
    {
      changes: changed.map((path) => change(path, "as it was at the last start", "read again")),
      effects: [
        predict(
          fileText(STARTED),
          startedText(given.files, (path) => current[`hash ${path}`]),
        ),
      ],
    },
  ),
  wait(isHealthy(given, clientUrl(given.address)), { timeoutMs: 120_000, intervalMs: 500 }),
];

/** Whether a host's etcd runs with an old configuration; only then is the cluster asked. */
export interface Due {
  readonly due: boolean;
  readonly cluster: Cluster | undefined;
}

export const etcdRestartDue = defineProbe<Client, Due>({
  name: "etcdRestartDue",
  summary: "Whether etcd runs with an old configuration, and if so, its cluster.",
  command: (
    client,
  ) => sh`systemctl is-active --quiet etcd && ! sha256sum --check --status ${STARTED} 2>/dev/null || { echo no; exit 0; }
echo due
${clusterScript(client)}`,
  parse: ({ stdout }) => {
    const [due, ...rest] = stdout.split("\n");
    return due === "due" ? { due: true, cluster: readCluster(rest.join("\n")) } : { due: false, cluster: undefined };
  },
  bare: () => ({ due: false, cluster: undefined }),
  timeoutMs: PATIENCE_MS,
});

/** Asked before each member: the others must be a majority without it. */
export const restartGate = (client: Client, acceptOutage: boolean) =>
  defineGate({
    name: "the cluster keeps its quorum",
    probe: etcdRestartDue(client),
    objection: (seen, batch) => {
      if (acceptOutage) return undefined;
      const due = batch.filter(({ name }) => seen.find(({ host }) => host.name === name)?.answer?.due);
      const cluster = seen.map(({ answer }) => answer?.cluster).find((one) => one !== undefined);
      return due.map((host) => batchObjection(host, cluster)).find((text) => text !== undefined);
    },
  });

function batchObjection(
  { name, address }: { readonly name: string; readonly address: string },
  cluster: Cluster | undefined,
): string | undefined {
  const member = memberAt(cluster?.members ?? [], peerUrl(address));
  if (member === undefined) return `${name} is not in the list of members`;
  return quorumObjection(cluster?.members ?? [], { kind: "restart", member: member.id });
}
