import { absent, architecture, defineRole, directory, osRelease, refOf, symlink, z } from "ts-play";
import { addonsThere, coreDnsReplicas, coreDnsSpread, kubeProxyMode } from "./addons.ts";
import type { ClusterSite } from "./cluster.ts";
import { network, networkTasks } from "./cni.ts";
import type { SecretAdmission } from "./credentials.ts";
import { balancerFacts, endpointFacts } from "./endpoint-guard.ts";
import { kubeadmInit, type Seen } from "./init.ts";
import { kubeadmJoin } from "./join.ts";
import { joinFile } from "./kubeadm-config.ts";
import { ADMIN } from "./kubectl.ts";
import { kubeletVersion } from "./kubelet-version.ts";
import { kindFit, layoutFit } from "./preflight.ts";
import { nodeReady } from "./ready.ts";
import { serviceProbe } from "./service-probe.ts";
import { installation, kubeSource, PROGRAMS } from "./source.ts";
import { ownEndpoint } from "./through-peer.ts";
import { withdrawAdmissions } from "./tidy.ts";
import { clusterVars, controlPlane, peersOf } from "./vars.ts";
import { clusterSettled, clusterVerified } from "./verified.ts";

export {
  addressAtBoth,
  apiServerNames,
  balancerAtBoth,
  balancerWithdrawn,
  endpointAtNodes,
  endpointInCluster,
  endpointReached,
  endpointUsed,
  endpointVerify,
} from "./endpoint-roles.ts";
export { externalEtcdClient, externalEtcdTrust } from "./etcd-client.ts";
export { kubeConfig, kubeNodes, nodePreflight } from "./node-roles.ts";
export { kubeadmReset, membersLeave, nodesForgotten, nodesLeave, resetRoles } from "./removal.ts";

/** An inventory that is that of the cluster. */
export const clusterLayout = defineRole({
  name: "clusterLayout",
  summary:
    "Refuses an inventory that is not that of the cluster, before any host is changed: another version, endpoint or balancer.",
  vars: z.strictObject({
    site: z.custom<ClusterSite>().describe("the inventory"),
    moving: z
      .boolean()
      .default(false)
      .describe("the cluster's endpoint may be another than the inventory's: it is moved"),
  }),
  facts: { version: kubeletVersion(), ...endpointFacts },
  tasks: ({ vars: { site, moving }, facts: { version, ...endpoint }, host }) =>
    layoutFit(site, { kubelet: version, endpoint: { self: host.name, ...endpoint } }, moving),
});

/** A director that was no haproxy before. */
export const balancerKind = defineRole({
  name: "balancerKind",
  summary: "Refuses a balancer of another kind at the address that one of this host holds; changes nothing.",
  vars: z.strictObject({ site: z.custom<ClusterSite>().describe("the inventory") }),
  facts: balancerFacts,
  tasks: ({ vars: { site }, facts }) => kindFit(site, facts),
});

/** The programs of a node. */
export const kubePackages = defineRole({
  name: "kubePackages",
  summary:
    "kubeadm, kubelet and kubectl: from packages, from the project's releases, or with network plugins and images from an offline bundle.",
  vars: z.strictObject({
    source: kubeSource,
    controlPlane: z.boolean().default(true).describe("also the images that only control planes run, of a bundle"),
    programs: z
      .array(z.enum(PROGRAMS))
      .nonempty()
      .readonly()
      .default(PROGRAMS)
      .describe("an upgrade brings them one after the other"),
  }),
  facts: { os: osRelease(), architecture: architecture() },
  tasks: ({ vars, facts }) => [installation(vars, facts)],
});

/** The first control plane of a cluster. */
export const kubeadmMaster = defineRole({
  name: "kubeadmMaster",
  summary:
    "Begins a cluster on one of the control planes, chosen by what all of them say; does nothing where there is a cluster.",
  vars: z.strictObject({
    cluster: clusterVars,
    seen: refOf<Seen>().describe("states of all control planes: `controlPlaneStates(groups.masters)`"),
  }),
  tasks: ({ vars: { cluster, seen }, host }) => [
    kubeadmInit({ cluster, seen, name: host.name, address: host.address }),
  ],
});

/** A control plane more. */
export const kubeadmControlPlane = defineRole({
  name: "kubeadmControlPlane",
  summary:
    "Lets a control plane join the cluster that one of the others holds; for a play with batch 1 and the gate of etcd.",
  vars: z.strictObject({
    cluster: clusterVars,
    admission: refOf<SecretAdmission>().describe("what it has to show: `masterAdmission.fromAny(groups.masters)`"),
    ownAddress: ownEndpoint.shape.address
      .optional()
      .describe("the endpoint's address, where control planes have it themselves: behind LVS"),
  }),
  tasks: ({ vars: { cluster, admission, ownAddress }, host }) => [
    kubeadmJoin({
      as: "master",
      name: host.name,
      ...(ownAddress !== undefined && { own: { address: ownAddress, peers: peersOf(cluster, host.name) } }),
      criSocket: cluster.criSocket,
      ...(cluster.etcd === undefined && {
        address: host.address,
        others: cluster.masters.filter(({ name }) => name !== host.name).map(({ address }) => address),
      }),
      file: joinFile(cluster, host, {
        token: admission.map(({ token }) => token),
        caHash: admission.map(({ caHash }) => caHash),
        key: admission.map(({ key }) => key!),
      }),
    }),
    nodeReady(host.name),
    directory({ path: "/root/.kube", mode: "0700" }),
    symlink({ path: "/root/.kube/config", target: ADMIN }),
  ],
});

/** A node that carries pods. */
export const worker = defineRole({
  name: "worker",
  summary: "Lets a host join the cluster as a node that carries pods.",
  vars: z.strictObject({
    cluster: clusterVars,
    admission: refOf<SecretAdmission>().describe("what it has to show: `workerAdmission.fromAny(groups.masters)`"),
  }),
  tasks: ({ vars: { cluster, admission }, host }) => [
    kubeadmJoin({
      as: "worker",
      name: host.name,
      criSocket: cluster.criSocket,
      file: joinFile(cluster, host, {
        token: admission.map(({ token }) => token),
        caHash: admission.map(({ caHash }) => caHash),
      }),
    }),
    nodeReady(host.name),
    // kubeadm removes what the kubelet began with, unless it was interrupted.
    absent({ path: "/etc/kubernetes/bootstrap-kubelet.conf" }),
  ],
});

/** No more nodes are awaited. */
export const admissionsWithdrawn = defineRole({
  name: "admissionsWithdrawn",
  summary: "Deletes the tokens and the shared certificates by which this tool lets nodes join; those of others stay.",
  vars: z.strictObject({}),
  tasks: () => [withdrawAdmissions()],
});

/** The network between pods. */
export const cni = defineRole({
  name: "cni",
  summary: "The network between pods: flannel, or any other by its manifest.",
  vars: z.strictObject({ network }),
  tasks: ({ vars }) => [networkTasks(vars.network)],
});

/** kubeadm's own addons. */
export const clusterAddons = defineRole({
  name: "clusterAddons",
  summary: "DNS and kube-proxy, as kubeadm makes them, where they are wanted and missing.",
  vars: z.strictObject({ cluster: clusterVars }),
  tasks: ({ vars: { cluster }, host }) => [addonsThere(cluster, host)],
});

/** The cluster's DNS. */
export const coreDnsScale = defineRole({
  name: "coreDnsScale",
  summary: "How many servers the cluster's DNS has, on more than one node where there is more than one.",
  vars: z.strictObject({
    replicas: z.int().min(1).default(2).describe("servers; an upgrade of the cluster keeps the number"),
  }),
  tasks: ({ vars }) => [coreDnsReplicas(vars.replicas), coreDnsSpread()],
});

/** How services are carried. */
export const kubeProxy = defineRole({
  name: "kubeProxy",
  summary: "How kube-proxy carries services; its pods are made anew when that changes.",
  vars: z.strictObject({ mode: clusterVars.shape.proxyMode }),
  tasks: ({ vars }) => [kubeProxyMode(vars.mode)],
});

/** A cluster that is as the inventory says. */
export const kubeVerify = defineRole({
  name: "kubeVerify",
  summary:
    "Looks at a cluster from a control plane and says all that is wrong: nodes, parts, leases, etcd, certificate, pods; then has a pod call a service.",
  vars: z.strictObject({
    cluster: clusterVars,
    workers: z.array(controlPlane).readonly().describe("all nodes that are no control planes"),
    image: z
      .string()
      .optional()
      .describe(
        "an image with a busybox for two pods, one of which calls the other through a service; without it no pods are made",
      ),
    certificateDays: z.int().min(0).default(30).describe("certificates that end sooner are a finding"),
    settleSeconds: z
      .int()
      .min(0)
      .default(0)
      .describe("how long what has only just begun may take, before it is a finding"),
  }),
  tasks: ({ vars: { cluster, workers, image, certificateDays, settleSeconds }, host: { name, address } }) => {
    const nodes = [
      ...cluster.masters.map((one) => ({ ...one, controlPlane: true })),
      ...workers.map((one) => ({ ...one, controlPlane: false })),
    ];
    const wanted = { cluster, self: { name, address }, nodes, certificateDays };
    return [
      settleSeconds > 0 && clusterSettled({ ...wanted, seconds: settleSeconds }),
      clusterVerified(wanted),
      image !== undefined && serviceProbe({ image, dnsDomain: cluster.dnsDomain }),
    ];
  },
});
