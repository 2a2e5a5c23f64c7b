import { type Group, type Host, offlineBundle, type z } from "ts-play";
import { clientUrl } from "../etcd/member.ts";
import type { ClusterInventoryVars } from "./inventory.ts";
import type { KubeSource } from "./source.ts";
import type { clusterVars } from "./vars.ts";

type Balancers = Group<Host<{ priority?: number | undefined }>>;

/** What the inventory may say of a node. */
export interface NodeProperties {
  readonly zone?: string | undefined;
  readonly node_labels?: Readonly<Record<string, string>> | undefined;
  readonly node_annotations?: Readonly<Record<string, string>> | undefined;
  readonly node_taints?: readonly string[] | undefined;
}

type Nodes = Group<Host<NodeProperties>>;
type Masters = Group<Host<NodeProperties & { priority?: number | undefined }>>;

/** The hosts of a cluster, as its inventory names them. */
export interface ClusterGroups {
  readonly masters: Masters;
  readonly workers: Nodes;
  readonly balancers: Balancers;
  readonly etcd: Group<Host<Pick<NodeProperties, "zone">>>;
}

export interface ClusterSite {
  readonly groups: ClusterGroups;
  readonly vars: ClusterInventoryVars;
}

/** Who balances: hosts of their own, else the control planes. */
export const balancersOf = ({ groups }: ClusterSite): Balancers =>
  groups.balancers.size > 0 ? groups.balancers : groups.masters;

/** Where all nodes and users reach the cluster. Without a balancer that is its one control plane. */
export function endpointOf(site: ClusterSite): {
  readonly host: string;
  readonly address: string;
  readonly port: number;
} {
  const { vars, groups } = site;
  const address = vars.kube_balancer === "none" ? groups.masters.hosts[0]?.address : vars.virtual_ip;
  const shared = vars.kube_balancer === "keepalived" && groups.balancers.size === 0;
  return { host: vars.kube_endpoint, address: address ?? "", port: vars.kube_endpoint_port ?? (shared ? 8443 : 6443) };
}

export const versionOf = (source: KubeSource): string =>
  source.kind === "bundle" ? offlineBundle(source.folder).kubernetes : source.version;

/** The cluster that an inventory describes. */
export function clusterOf(site: ClusterSite): z.input<typeof clusterVars> {
  const { vars, groups } = site;
  const { host, address, port } = endpointOf(site);
  return {
    version: versionOf(vars.kube_source),
    endpoint: { host, port },
    masters: groups.masters.map((one) => ({ name: one.name, address: one.address })),
    names: [...(address === "" ? [] : [address]), ...vars.kube_names],
    podSubnet: vars.kube_pod_subnet,
    serviceSubnet: vars.kube_service_subnet,
    imageRepository: vars.kube_image_repository,
    proxyMode: vars.kube_proxy_mode,
    addons: vars.kube_addons,
    cgroupDriver: vars.kube_cgroup_driver,
    kubelet: vars.kube_kubelet,
    proxy: vars.kube_proxy,
    certificateDays: vars.kube_certificate_days,
    ...(groups.etcd.size > 0 && { etcd: { endpoints: groups.etcd.map((one) => clientUrl(one.address)) } }),
  };
}
