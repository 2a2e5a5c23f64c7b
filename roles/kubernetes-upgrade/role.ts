import { defineOutput, defineRole, type Group, type Ref, refOf, z } from "ts-play";
import { sourceIn } from "../etcd-backup/role.ts";
import { storeIn } from "../etcd-backup/store.ts";
import { stackedEtcd } from "../kubernetes/stacked-etcd.ts";
import { controlPlaneIsWell } from "../kubernetes/standing.ts";
import { version } from "../kubernetes/vars.ts";
import { addonsUpgrade } from "./addons.ts";
import { controlPlaneUpgrade } from "./control-plane.ts";
import { kubeletUpgrade } from "./kubelet.ts";
import { nodeClosing, nodeOpening } from "./node.ts";
import { clusterUpgradable, settingsKnown } from "./objections.ts";
import { backupThere, stackedSnapshot } from "./snapshot.ts";

/** What was only just begun is there. */
export const controlPlaneThere = defineRole({
  name: "controlPlaneThere",
  summary:
    "Waits until the parts of a control plane and its member of etcd are well, as after a run that was interrupted.",
  vars: z.strictObject({}),
  tasks: () => [controlPlaneIsWell()],
});

/** Nothing speaks against an upgrade. */
export const upgradeAllowed = defineRole({
  name: "upgradeAllowed",
  summary: "Refuses an upgrade that skips a minor version or goes back, or of a cluster that is not well.",
  vars: z.strictObject({
    version,
    nodes: z.array(z.string()).readonly().describe("names of all nodes of the inventory"),
    acceptRemovedApis: z
      .boolean()
      .default(false)
      .describe("go on also where APIs are called that the version does not have"),
  }),
  tasks: ({ vars }) => [clusterUpgradable(vars)],
});

/** No program will be given what it does not know. */
export const settingsFit = defineRole({
  name: "settingsFit",
  summary:
    "Refuses flags and feature gates that the wanted version does not know any more, of kubelets and of the cluster.",
  vars: z.strictObject({ version }),
  tasks: ({ vars }) => [settingsKnown(vars)],
});

const backup = {
  version,
  folder: z.string().min(1).describe("folder of the control machine for backups; they hold all that the cluster does"),
  cluster: z
    .string()
    .regex(/^[\w.-]+$/)
    .describe("what the names of its backups begin with"),
  everyMinutes: z.number().nonnegative().default(60).describe("a verified one that is younger will do"),
};

/** A backup before anything is changed, of the etcd that control planes carry. */
export const upgradeBackup = defineRole({
  name: "upgradeBackup",
  summary:
    "A snapshot of the etcd of control planes on the control machine before an upgrade, by the host of the member that is asked.",
  vars: z.strictObject({
    ...backup,
    source: refOf<readonly string[]>().describe("peer URLs of the member to ask: `stackedSource(masters)`"),
  }),
  tasks: ({ vars: { folder, cluster, ...vars }, host }) => [
    stackedSnapshot(
      { ...vars, folder, cluster, name: host.name, address: host.address, store: storeIn(folder, cluster) },
      { timeoutMs: 1_800_000 },
    ),
  ],
});

/** A backup of an etcd on hosts of its own is there. */
export const upgradeBackupThere = defineRole({
  name: "upgradeBackupThere",
  summary: "Refuses an upgrade without a fresh backup of an etcd on hosts of its own.",
  vars: z.strictObject(backup),
  tasks: ({ vars: { folder, cluster, ...vars } }) => [
    backupThere({ ...vars, folder, store: storeIn(folder, cluster) }),
  ],
});

/** Peer URLs of the member that is asked for a snapshot: a healthy follower, by what is true when the run comes to it. */
export const stackedSource = (masters: Group): Ref<readonly string[]> =>
  defineOutput({ name: "members of etcd", probe: stackedEtcd(undefined) })
    .fromAny(masters)
    .map(sourceIn);

/** The parts of a control plane. */
export const controlPlaneUpgraded = defineRole({
  name: "controlPlaneUpgraded",
  summary: "Brings the parts of a control plane to a version; for a play with batch 1 and the gate of control planes.",
  vars: z.strictObject({ version }),
  tasks: ({ vars, host }) => [
    // kubeadm looks for some seconds only whether a pod comes up, before it changes anything.
    controlPlaneUpgrade({ ...vars, name: host.name }, { timeoutMs: 1_800_000, retries: 2, delayMs: 15_000 }),
    controlPlaneIsWell(),
  ],
});

/** What kubeadm keeps in the cluster beside the control planes. */
export const addonsUpgraded = defineRole({
  name: "addonsUpgraded",
  summary: "Brings the cluster's DNS and kube-proxy to what goes with a version, once all control planes are there.",
  vars: z.strictObject({ version }),
  tasks: ({ vars }) => [addonsUpgrade(vars.version)],
});

const master = z.custom<Group["hosts"][number]>().describe("the control plane that is asked and told");

/** A node without pods that could be disturbed. */
export const nodeClosed = defineRole({
  name: "nodeClosed",
  summary: "Takes the pods off a node whose kubelet is to be exchanged.",
  vars: z.strictObject({
    version,
    master,
    drain: z.boolean().default(true).describe("take the pods off first"),
    timeoutSeconds: z.int().positive().default(300).describe("how long pods may take to leave"),
  }),
  tasks: ({ vars: { drain, master, ...vars }, host }) => [
    drain &&
      nodeClosing({ ...vars, name: host.name }, { runOn: master, timeoutMs: (vars.timeoutSeconds + 120) * 1000 }),
  ],
});

/** A node with the kubelet that is in its place by now, open for pods. */
export const nodeUpgraded = defineRole({
  name: "nodeUpgraded",
  summary:
    "Lets the kubelet that is in its place take over, waits until the cluster has heard of it, and lets pods on again.",
  vars: z.strictObject({ version, master }),
  tasks: ({ vars: { version, master }, host }) => [
    kubeletUpgrade({ name: host.name, version }),
    nodeOpening({ name: host.name }, { runOn: master }),
  ],
});
