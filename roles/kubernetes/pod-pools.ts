import { readFileSync } from "node:fs";
import { yamlValue } from "ts-play";

/** A subnet that a network of pods gives addresses of, and what in its manifest says so. */
export interface PodPool {
  readonly subnet: string;
  readonly said: string;
}

/** Kinds of objects that hold pools: Calico's own, its operator's, the environment of its nodes, Cilium's and flannel's settings. */
interface Manifested {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly cidr?: string;
    readonly calicoNetwork?: { readonly ipPools?: readonly { readonly cidr: string }[] };
    readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } };
  };
}

interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

/** The pools that a manifest names; none where it leaves that to the cluster, as Calico's does. Throws when it cannot be read. */
export const podPools = (file: string): readonly PodPool[] =>
  readFileSync(file, "utf8")
    .split(/^---.*$/m)
    .flatMap((document) => poolsOf((yamlValue(document, []) ?? {}) as Manifested));

function poolsOf({ kind, metadata, data, spec }: Manifested): readonly PodPool[] {
  const at = (said: string) => (subnet: string) => ({ subnet, said });
  switch (kind) {
    case "IPPool":
      return [spec?.cidr ?? []].flat().map(at(`IPPool ${metadata?.name}`));
    case "Installation":
      return (spec?.calicoNetwork?.ipPools ?? []).map(({ cidr }) => cidr).map(at("ipPools of the Installation"));
    case "DaemonSet":
      return environment(spec?.template?.spec?.containers ?? [], "CALICO_IPV4POOL_CIDR").map(
        at("CALICO_IPV4POOL_CIDR"),
      );
    case "ConfigMap":
      return settings(data ?? {}).map(at(`ConfigMap ${metadata?.name}`));
    default:
      return [];
  }
}

const environment = (containers: readonly Container[], wanted: string): readonly string[] =>
  containers.flatMap(({ env = [] }) =>
    env.flatMap(({ name, value }) => (name === wanted && value !== undefined ? [value] : [])),
  );

function settings(data: Readonly<Record<string, string>>): readonly string[] {
  const [flannel, cilium] = [data["net-conf.json"], data["cluster-pool-ipv4-cidr"]];
  return [
    ...(flannel === undefined ? [] : [(JSON.parse(flannel) as { Network?: string }).Network ?? []].flat()),
    ...(cilium ?? "").split(/[\s,]+/).filter((word) => word !== ""),
  ];
}
