import { defineOutput, defineRole, type Group, type Ref, refOf, z } from "ts-play";
import { etcdCluster } from "../etcd/cluster-probe.ts";
import { type Cluster, peerUrl } from "../etcd/member.ts";
import { endpointsOf } from "../etcd/role.ts";
import { binariesOf, etcdSource } from "../etcd/source.ts";
import { clusterVars, type EtcdMember, selfIn } from "../etcd/vars.ts";
import { etcdSnapshot } from "./backup.ts";
import { etcdRetention } from "./retention.ts";
import { storeIn } from "./store.ts";

const common = clusterVars.extend({
  cluster: z
    .string()
    .regex(/^[\w.-]+$/)
    .default("etcd")
    .describe("what the names of its backups begin with; different for each cluster in a folder"),
  of: refOf<readonly string[]>().describe("peer URLs of the member to ask: `snapshotSource(group, members, pki)`"),
  folder: z
    .string()
    .min(1)
    .describe("folder of the control machine for the backups; they hold all that the cluster does"),
});

/** A backup on the control machine, taken on one host of the cluster. */
export const etcdBackup = defineRole({
  name: "etcdBackup",
  summary:
    "A snapshot of etcd on the control machine, rehearsed in a scratch member; taken on the host whose member is to be asked.",
  vars: common.extend({
    everyMinutes: z
      .number()
      .nonnegative()
      .default(10)
      .describe("no new one while a verified one is younger; 0 takes one at each run"),
    rehearsed: z
      .boolean()
      .default(true)
      .describe("restore each into a scratch member and compare; otherwise it counts as not verified"),
    port: z
      .int()
      .min(1024)
      .max(65_534)
      .default(23_790)
      .describe("of the scratch member on 127.0.0.1, and the one after it"),
    source: etcdSource,
  }),
  tasks: ({ vars, host }) => {
    const { name, address } = selfIn(vars.members, host.name);
    const program = `${binariesOf(vars.source)}/etcd`;
    const store = storeIn(vars.folder, vars.cluster);
    return [
      etcdSnapshot({ ...vars, member: name, address, source: vars.of, store, program }, { timeoutMs: 3_600_000 }),
    ];
  },
});

/** Old backups go, by the host that has taken the last one. */
export const etcdBackupRetention = defineRole({
  name: "etcdBackupRetention",
  summary: "Backups on the control machine that need not stay go; the last verified ones always stay.",
  vars: common.extend({
    keep: z.int().min(1).default(7).describe("this many verified ones stay, whatever their age"),
    keepDays: z.number().nonnegative().optional().describe("of the others only what is older goes; without it all go"),
  }),
  tasks: ({ vars, host }) => {
    const own = peerUrl(selfIn(vars.members, host.name).address);
    const store = storeIn(vars.folder, vars.cluster);
    return [etcdRetention({ ...vars, store, mine: vars.of.map((urls) => urls.includes(own)) })];
  },
});

/** Peer URLs of the member that is asked for a snapshot, by who is healthy when the run comes to it. */
export const snapshotSource = (group: Group, members: readonly EtcdMember[], pki: string): Ref<readonly string[]> =>
  defineOutput({ name: "members of etcd", probe: etcdCluster({ endpoints: endpointsOf(members), pki }) })
    .fromAny(group)
    .map(sourceIn);

/** A follower that is healthy, the furthest of them; the leader, which has enough to do, only when there is no other. */
export function sourceIn(cluster: Cluster | undefined): readonly string[] {
  const healthy = (cluster?.members ?? []).filter((member) => member.healthy && !member.learner);
  const [best] = healthy.toSorted(
    (one, other) =>
      Number(one.leader) - Number(other.leader) || Number((other.raftIndex ?? 0n) - (one.raftIndex ?? 0n)),
  );
  return best?.peerUrls ?? [];
}
