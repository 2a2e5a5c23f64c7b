import { type Play, play } from "ts-play";
import { containerd } from "../containerd/role.ts";
import { docker } from "../docker/role.ts";
import { authorityOf, type EtcdInventoryVars, clusterPlays as etcdPlays } from "../etcd/cluster.ts";
import { osPrepare } from "../os-prepare/role.ts";
import { balancerPlays } from "./balancer.ts";
import { type ClusterSite, clusterOf, endpointOf } from "./cluster.ts";
import { masterAdmission, workerAdmission } from "./credentials.ts";
import {
  admissionsWithdrawn,
  clusterLayout,
  cni,
  coreDnsScale,
  externalEtcdClient,
  kubeadmControlPlane,
  kubeadmMaster,
  kubePackages,
  kubeProxy,
  kubeVerify,
  worker,
} from "./role.ts";
import { etcdGate } from "./stacked-etcd.ts";
import { controlPlaneStates } from "./states.ts";

/** A site with what its etcd, where that has hosts of its own, takes from the inventory. */
export interface FullSite extends ClusterSite {
  readonly vars: ClusterSite["vars"] & EtcdInventoryVars;
}

/** Docker Engine keeps its containers in the same containerd, apart from the pods. */
function runtimeRoles({ vars }: FullSite) {
  const cgroupDriver = vars.kube_cgroup_driver;
  return [
    containerd({
      package: vars.kube_containerd_package,
      pauseImage: vars.kube_pause_image,
      cgroupDriver,
      restrictOomScore: vars.kube_restrict_oom_score,
    }),
    ...(vars.kube_runtime === "docker" ? [docker({ ...vars.kube_docker, cgroupDriver })] : []),
  ];
}

/** Hosts that can become nodes: the system, the container runtime, the programs. */
export function nodePlays(site: FullSite): readonly Play[] {
  const { groups, vars } = site;
  const { host: endpoint, address } = endpointOf(site);
  return [
    play({
      title: "Hosts",
      on: groups.masters.and(groups.workers),
      roles: (one) => [
        clusterLayout({ site }),
        osPrepare({ modules: vars.kube_modules, hosts: address === "" ? [] : [{ address, names: [endpoint] }] }),
        ...runtimeRoles(site),
        kubePackages({
          source: vars.kube_source,
          controlPlane: groups.masters.hosts.some(({ name }) => name === one.name),
        }),
      ],
    }),
  ];
}

/** An etcd on hosts of its own, and the apiservers' way to it. */
export function externalEtcdPlays({ groups, vars }: FullSite): readonly Play[] {
  if (groups.etcd.size === 0) return [];
  return [
    ...etcdPlays(groups.etcd, vars),
    play({
      title: "Apiservers may use etcd",
      on: groups.masters,
      roles: [externalEtcdClient({ ca: authorityOf(vars) })],
    }),
  ];
}

/** The cluster itself: the first control plane, the network, the others one at a time, the workers. */
export function clusterPlays(site: FullSite): readonly Play[] {
  const { masters, workers } = site.groups;
  const cluster = clusterOf(site);
  return [
    play({
      title: "First control plane",
      on: masters,
      roles: [kubeadmMaster({ cluster, seen: controlPlaneStates(masters) })],
    }),
    play({ title: "Network of pods", on: masters, batch: 1, roles: [cni({ network: site.vars.kube_network })] }),
    play({
      title: "Control planes",
      on: masters,
      batch: 1,
      gates: [etcdGate],
      roles: [kubeadmControlPlane({ cluster, admission: masterAdmission.fromAny(masters) })],
    }),
    play({
      title: "Workers",
      on: workers,
      batch: 10,
      maxFailures: "10%",
      roles: [worker({ cluster, admission: workerAdmission.fromAny(masters) })],
    }),
  ];
}

/** What runs inside of the cluster, and the end of the joining. */
export const addonPlays = ({ groups: { masters }, vars }: FullSite): readonly Play[] => [
  play({
    title: "DNS and services",
    on: masters.first,
    roles: [coreDnsScale({ replicas: vars.kube_dns_replicas }), kubeProxy({ mode: vars.kube_proxy_mode })],
  }),
  play({ title: "Nobody else joins", on: masters.first, roles: [admissionsWithdrawn({})] }),
];

/** Looks whether the cluster is as the inventory says; only the first control plane tries a service. */
export function verifyPlays(site: FullSite): readonly Play[] {
  const { masters, workers } = site.groups;
  const nodes = { cluster: clusterOf(site), workers: workers.map(({ name, address }) => ({ name, address })) };
  return [
    play({ title: "Every control plane sees it whole", on: masters, roles: [kubeVerify(nodes)] }),
    ...(site.vars.kube_probe_image === undefined
      ? []
      : [
          play({
            title: "A pod calls a service",
            on: masters.first,
            roles: [kubeVerify({ ...nodes, image: site.vars.kube_probe_image })],
          }),
        ]),
  ];
}

/** All of it, in order. */
export const buildPlays = (site: FullSite): readonly Play[] => [
  ...nodePlays(site),
  ...balancerPlays(site),
  ...externalEtcdPlays(site),
  ...clusterPlays(site),
  ...addonPlays(site),
];
