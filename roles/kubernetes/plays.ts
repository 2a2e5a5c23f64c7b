import { type Host, type Play, play, refuseInventory } from "ts-play";
import { containerd } from "../containerd/role.ts";
import { docker } from "../docker/role.ts";
import { clusterPlays, type EtcdInventoryVars, memberVars } from "../etcd/cluster.ts";
import { osPrepare } from "../os-prepare/role.ts";
import { balancerPreflight } from "./balancer.ts";
import { type ClusterSite, clusterOf, endpointOf, type NodeProperties } from "./cluster.ts";
import { masterAdmission, workerAdmission } from "./credentials.ts";
import { apiServersPlay } from "./endpoint-plays.ts";
import { identitiesOf } from "./host-identity.ts";
import { familyOf } from "./host-objections.ts";
import { inventoryObjections } from "./inventory-objections.ts";
import {
  admissionsWithdrawn,
  balancerKind,
  clusterAddons,
  clusterLayout,
  cni,
  coreDnsScale,
  externalEtcdClient,
  externalEtcdTrust,
  kubeadmControlPlane,
  kubeadmMaster,
  kubeConfig,
  kubeNodes,
  kubePackages,
  kubeProxy,
  nodePreflight,
  worker,
} from "./role.ts";
import { etcdGate } from "./stacked-etcd.ts";
import { controlPlaneStates } from "./states.ts";
import { toleranceWords } from "./tolerance.ts";

export { balancer } from "./balancer.ts";
export { moveEndpoint } from "./endpoint-plays.ts";
export { verify } from "./verify-plays.ts";

/** A site with what its etcd, where that has hosts of its own, takes from the inventory. */
export interface FullSite extends ClusterSite {
  readonly vars: ClusterSite["vars"] & EtcdInventoryVars;
}

const isMaster = ({ groups }: ClusterSite, name: string) => groups.masters.hosts.some((one) => one.name === name);

/** Says what is survived, and refuses what could not stand. `moving`: the cluster's endpoint may be another than that of the inventory. Throws InventoryRefusal. */
export function layout(site: ClusterSite, moving = false): readonly Play[] {
  refuseInventory(inventoryObjections(site));
  const { masters, workers, balancers, etcd: members } = site.groups;
  const nodes = masters.and(workers);
  const cluster = clusterOf(site);
  const seen = identitiesOf(nodes.and(balancers).and(members));
  return [
    play({
      title: `Layout: ${toleranceWords(site)}`,
      on: nodes,
      roles: ({ name }) => [
        clusterLayout({ site, moving }),
        nodePreflight({ cluster, controlPlane: isMaster(site, name), seen }),
      ],
    }),
    ...balancerPreflight(site),
    ...(site.vars.kube_balancer === "lvs"
      ? [play({ title: "Directors balance nothing else", on: balancers, roles: [balancerKind({ site })] })]
      : []),
  ];
}

/** Refuses what could not stand before any host is changed; then makes hosts that can be nodes. What moves the endpoint tells where it is as well. */
export function prepare(site: FullSite, moving = false): readonly Play[] {
  const nodes = site.groups.masters.and(site.groups.workers);
  const { host: endpoint, address } = endpointOf(site);
  const hosts = moving || address === "" ? [] : [{ address, names: [endpoint] }];
  return [
    ...layout(site, moving),
    play({
      title: "Hosts",
      on: nodes,
      roles: [osPrepare({ modules: site.vars.kube_modules, settings: forwarding(site), hosts })],
    }),
  ];
}

/** Of IPv4 every node has it. */
const forwarding = ({ vars }: FullSite): Readonly<Record<string, number>> =>
  familyOf(vars.kube_service_subnet) === "IPv6"
    ? { "net.ipv6.conf.all.forwarding": 1, "net.ipv6.conf.default.forwarding": 1 }
    : {};

/** Docker Engine keeps its containers in the same containerd, apart from the pods. */
export function runtimeRoles({ vars }: FullSite) {
  const cgroupDriver = vars.kube_cgroup_driver;
  return [
    containerd({
      package: vars.kube_containerd_package,
      pauseImage: vars.kube_pause_image,
      registries: vars.kube_registries,
      cgroupDriver,
      restrictOomScore: vars.kube_restrict_oom_score,
    }),
    ...(vars.kube_runtime === "docker" ? [docker({ ...vars.kube_docker, cgroupDriver })] : []),
  ];
}

/** What runs containers, and the programs of a node. */
export function runtime(site: FullSite): readonly Play[] {
  const { masters, workers } = site.groups;
  return [
    play({
      title: "Container runtime and kubelet",
      on: masters.and(workers),
      roles: ({ name }) => [
        ...runtimeRoles(site),
        kubePackages({ source: site.vars.kube_source, controlPlane: isMaster(site, name) }),
      ],
    }),
  ];
}

/**
 * An etcd on hosts of its own, where the inventory has such, and the apiservers' way to it. While one authority takes the place of another
 * they trust both before members show certificates of the new one, and the new one alone after that.
 */
export function etcd({ groups, vars }: FullSite): readonly Play[] {
  if (groups.etcd.size === 0) return [];
  const { ca, formerCa } = memberVars(groups.etcd, vars);
  const on = { on: groups.masters, batch: 1 };
  return [
    play({ title: "Apiservers trust etcd", ...on, roles: [externalEtcdTrust({ ca, formerCa })] }),
    ...clusterPlays(groups.etcd, vars),
    play({ title: "Apiservers may use etcd", ...on, roles: [externalEtcdClient({ ca, formerCa })] }),
  ];
}

/** A cluster is begun on one control plane, where none of them has one yet. */
export const firstMaster = (site: FullSite): readonly Play[] => [
  play({
    title: "First control plane",
    on: site.groups.masters,
    roles: [kubeadmMaster({ cluster: clusterOf(site), seen: controlPlaneStates(site.groups.masters) })],
  }),
];

/** Before others join: a node is ready only when it has a network. */
export const podNetwork = ({ groups: { masters }, vars }: FullSite): readonly Play[] => [
  play({ title: "Network of pods", on: masters, batch: 1, roles: [cni({ network: vars.kube_network })] }),
];

/** One at a time, each only while etcd is whole; those that are there already are told of all names first. */
export const masters = (site: FullSite): readonly Play[] => [
  apiServersPlay(site),
  play({
    title: "Control planes",
    on: site.groups.masters,
    batch: 1,
    gates: [etcdGate],
    roles: [
      kubeadmControlPlane({
        cluster: clusterOf(site),
        admission: masterAdmission.fromAny(site.groups.masters),
        ...(site.vars.kube_balancer === "lvs" && { ownAddress: endpointOf(site).address }),
      }),
    ],
  }),
];

/** Ten at a time; then nobody else is to join. */
export const workers = (site: FullSite): readonly Play[] => [
  play({
    title: "Workers",
    on: site.groups.workers,
    batch: 10,
    maxFailures: "10%",
    roles: [worker({ cluster: clusterOf(site), admission: workerAdmission.fromAny(site.groups.masters) })],
  }),
  play({ title: "Nobody else joins", on: site.groups.masters.first, roles: [admissionsWithdrawn({})] }),
];

/** Labels, annotations and taints, as the inventory has them. */
export const labels = ({ groups: { masters, workers } }: FullSite): readonly Play[] => [
  play({
    title: "Labels, annotations and taints",
    on: masters.first,
    roles: [kubeNodes({ nodes: masters.and(workers).map(metadataOf) })],
  }),
];

const metadataOf = ({ name, zone, node_labels, node_annotations, node_taints }: Host<NodeProperties>) => ({
  name,
  labels: { ...(zone !== undefined && { "topology.kubernetes.io/zone": zone }), ...node_labels },
  annotations: node_annotations ?? {},
  taints: node_taints ?? [],
});

/** What carries services and finds them, inside of the cluster. */
export function dns(site: FullSite): readonly Play[] {
  const { kube_addons: addons, kube_dns_replicas: replicas, kube_proxy_mode: mode } = site.vars;
  return [
    play({
      title: "DNS and services",
      on: site.groups.masters.first,
      roles: [
        clusterAddons({ cluster: clusterOf(site) }),
        ...(addons.includes("coredns") ? [coreDnsScale({ replicas })] : []),
        ...(addons.includes("kube-proxy") ? [kubeProxy({ mode })] : []),
      ],
    }),
  ];
}

/** The way in for administrators, to the machine that ts-play runs on, where that is asked for. */
export const kubeconfig = ({ groups: { masters }, vars }: FullSite): readonly Play[] =>
  vars.kube_config_to === undefined
    ? []
    : [
        play({
          title: "Kubeconfig of the administrator",
          on: masters.first,
          roles: [kubeConfig({ to: vars.kube_config_to })],
        }),
      ];
