import { isIP } from "node:net";
import { yamlValue, yamlWith } from "ts-play";
import type { Node } from "./kubeadm-config.ts";
import { authority, type ClusterVars, certificateNames } from "./vars.ts";

/*
 * All the places that carry the endpoint of a cluster. Beside these there are the names in the apiservers' certificates
 * (apiserver-names.ts), the line of /etc/hosts, and what kubelets and kube-proxies hold in memory (endpoint-users.ts).
 */

/** A kubeconfig of a node. */
export interface KubeconfigPlace {
  readonly path: string;
  /** URLs of the cluster that are right there; where none of them stands the first is written. */
  readonly servers: readonly [string, ...string[]];
  /** The program that has read it, and must read it again. */
  readonly reader?: "kubelet" | "kube-controller-manager" | "kube-scheduler";
}

export const ADMIN_COPY = "/root/.kube/config";
export const KUBELET = "/etc/kubernetes/kubelet.conf";

export const urlOf = (endpoint: ClusterVars["endpoint"]): string => `https://${authority(endpoint)}`;

/**
 * The kubeconfigs of a node. Those by which a control plane talks to itself name its own apiserver; that of the kubelet there does so
 * since 1.33, and named the endpoint before, so both are right.
 */
export function kubeconfigPlaces(
  { endpoint }: ClusterVars,
  { address }: Node,
  controlPlane: boolean,
): readonly KubeconfigPlace[] {
  const url = urlOf(endpoint);
  const people = { path: ADMIN_COPY, servers: [url] } as const;
  if (!controlPlane) return [{ path: KUBELET, servers: [url], reader: "kubelet" }, people];
  const own = [urlOf({ host: address, port: 6443 }), url] as const;
  const file = (name: string) => `/etc/kubernetes/${name}.conf`;
  return [
    { path: file("admin"), servers: [url] },
    { path: file("super-admin"), servers: [url] },
    people,
    { path: KUBELET, servers: own, reader: "kubelet" },
    { path: file("controller-manager"), servers: own, reader: "kube-controller-manager" },
    { path: file("scheduler"), servers: own, reader: "kube-scheduler" },
  ];
}

/** Part of a ConfigMap that names the endpoint. */
export interface ConfigMapPlace {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  /** The text as it should be; the same text where nothing is wrong with it. */
  readonly wanted: (text: string, cluster: ClusterVars) => string;
}

const inKubeconfig = (text: string, { endpoint }: ClusterVars) => withServer(text, urlOf(endpoint));

/** What later joins and upgrades go by, what joining nodes are told first, and what kube-proxy calls. */
export const CONFIG_MAPS = {
  "kubeadm-config": {
    namespace: "kube-system",
    name: "kubeadm-config",
    key: "ClusterConfiguration",
    wanted: withEndpoint,
  },
  "cluster-info": { namespace: "kube-public", name: "cluster-info", key: "kubeconfig", wanted: inKubeconfig },
  "kube-proxy": { namespace: "kube-system", name: "kube-proxy", key: "kubeconfig.conf", wanted: inKubeconfig },
} as const satisfies Readonly<Record<string, ConfigMapPlace>>;

export type ConfigMapName = keyof typeof CONFIG_MAPS;

/** URLs in a kubeconfig, one for each of its clusters. */
export const serversIn = (kubeconfig: string): readonly string[] =>
  clustersIn(kubeconfig).map(({ cluster }) => cluster?.server ?? "");

/** A kubeconfig whose clusters are all called at this URL. */
export function withServer(kubeconfig: string, url: string): string {
  const edits = serversIn(kubeconfig).flatMap((server, i) =>
    server === url ? [] : [[["clusters", i, "cluster", "server"], url] as const],
  );
  return edits.length === 0 ? kubeconfig : yamlWith(kubeconfig, edits);
}

type Clusters = readonly { readonly cluster?: { readonly server?: string } }[];

const clustersIn = (kubeconfig: string): Clusters =>
  (yamlValue(kubeconfig, ["clusters"]) as Clusters | null | undefined) ?? [];

/** What of kubeadm's ClusterConfiguration speaks of the endpoint. */
export function endpointIn(configuration: string): { readonly endpoint: string; readonly names: readonly string[] } {
  const names = yamlValue(configuration, ["apiServer", "certSANs"]) as readonly unknown[] | null | undefined;
  return {
    endpoint: String(yamlValue(configuration, ["controlPlaneEndpoint"]) ?? ""),
    names: (names ?? []).map(String),
  };
}

/** kubeadm's ClusterConfiguration with the endpoint, and with the names of apiservers beside those that are there. */
export function withEndpoint(configuration: string, cluster: ClusterVars): string {
  const { endpoint, names } = endpointIn(configuration);
  const all = [...new Set([...names, ...certificateNames(cluster)])].toSorted();
  if (endpoint === authority(cluster.endpoint) && all.length === names.length) return configuration;
  return yamlWith(configuration, [
    [["controlPlaneEndpoint"], authority(cluster.endpoint)],
    [["apiServer", "certSANs"], all],
  ]);
}

/**
 * The address that /etc/hosts gives for a name: of the first line that has it, hosts(5), in the family of `like`. Undefined where there is none.
 */
export function addressIn(hosts: string, name: string, like = "0.0.0.0"): string | undefined {
  const lines = hosts.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
  return lines.find(([address = "", ...names]) => isIP(address) === isIP(like) && names.includes(name))?.[0];
}
