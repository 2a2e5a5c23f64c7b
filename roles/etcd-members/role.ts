import { architecture, defineRole, osRelease, waitFor, z } from "ts-play";
import { isRunning, isVoter } from "../etcd/cluster-probe.ts";
import { clientUrl } from "../etcd/member.ts";
import { preparation } from "../etcd/preparation.ts";
import { endpointsOf } from "../etcd/role.ts";
import { etcdStart } from "../etcd/start.ts";
import { readAtStart } from "../etcd/unit.ts";
import { type EtcdMember, etcdVars, members, selfIn } from "../etcd/vars.ts";
import { etcdAdded } from "./added.ts";
import { asking } from "./arguments.ts";
import { etcdPromoted } from "./promoted.ts";
import { etcdLostRemoved, etcdRemoved } from "./removed.ts";
import { etcdRetired } from "./retired.ts";
import { etcdStartFile } from "./start-file.ts";

/** Everything but the start, so that nothing is left to fail when the cluster has been told of the host. */
export const etcdPrepared = defineRole({
  name: "etcdPrepared",
  summary: "All that a member of etcd needs before it is started: program, certificates, settings, unit.",
  vars: etcdVars,
  facts: { os: osRelease(), arch: architecture() },
  tasks: ({ vars, facts, host }) => preparation(vars, facts, selfIn(vars.members, host.name)),
});

/** Brings a prepared host into the cluster that is there; one that is in it already is left alone. */
export const etcdJoined = defineRole({
  name: "etcdJoined",
  summary: "Brings a host into a running cluster of etcd: added as a learner, started, given its vote.",
  vars: etcdVars.safeExtend({
    replaceLost: z
      .boolean()
      .default(false)
      .describe("take the member out of the cluster that the host was before it lost its data"),
    startSeconds: z.int().positive().default(180).describe("how long a start may take"),
    catchUpSeconds: z.int().positive().default(900).describe("how long a learner may take to catch up"),
  }),
  tasks: ({ vars, host }) => {
    const self = selfIn(vars.members, host.name);
    const own = clientUrl(self.address);
    const others = endpointsOf(vars.members).filter((url) => url !== own);
    // A learner answers no question about its cluster, so the others are asked first.
    const common = { ...self, ...vars, endpoints: [...others, own] };
    const timeoutMs = vars.startSeconds * 1000;
    return [
      vars.replaceLost && etcdLostRemoved(common),
      etcdAdded(common),
      etcdStartFile(common),
      etcdStart({ files: readAtStart(vars) }),
      waitFor({ command: isRunning(vars, own), timeoutMs, intervalMs: 500 }, { name: "etcd answers" }),
      etcdPromoted({ ...common, waitSeconds: vars.catchUpSeconds }, { timeoutMs: vars.catchUpSeconds * 1000 + 60_000 }),
      waitFor({ command: isVoter(vars, own), timeoutMs, intervalMs: 500 }, { name: "etcd has a vote" }),
    ];
  },
});

const leaving = members.describe("members that leave; they are found by their addresses");

/** Any host of the cluster can take others out of it; on all that follow there is nothing left to do. */
export const etcdWithout = defineRole({
  name: "etcdWithout",
  summary: "Takes members out of a cluster of etcd, one at a time, whether their hosts answer or not.",
  vars: asking.extend({
    leaving,
    dataDir: etcdVars.shape.dataDir,
    walDir: etcdVars.shape.walDir,
    onlyDead: z.boolean().default(false).describe("leave those alone that answer: others take their places first"),
  }),
  tasks: ({ vars: { leaving, ...common } }) =>
    leaving.map((member: EtcdMember) => etcdRemoved({ ...common, ...member })),
});

/** What is done on a host that has left. */
export const etcdFormer = defineRole({
  name: "etcdFormer",
  summary: "A host that was a member of etcd: stopped, its data set aside, its keys gone.",
  vars: asking.extend({
    dataDir: etcdVars.shape.dataDir,
    walDir: etcdVars.shape.walDir,
    deleteData: z.boolean().default(false).describe("remove its data for good instead of setting it aside"),
  }),
  tasks: ({ vars, host: { name, address } }) => [etcdRetired({ ...vars, name, address })],
});
