import { Group } from "ts-play";
import { z } from "zod";
import { etcdInventoryVars } from "../../../roles/etcd/cluster.ts";
import { clusterInventoryVars } from "../../../roles/kubernetes/inventory.ts";
import type { FullSite } from "../../../roles/kubernetes/plays.ts";
import { clusterVars } from "../../../roles/kubernetes/vars.ts";

const hostsOf = (word: string, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `${word}${i + 1}`, address: `192.0.2.${from + i + 1}` }));

const group = (name: string, from: number, count: number) => new Group(name, hostsOf(name.slice(0, 2), from, count));

const SHA = "a".repeat(64);
const source = {
  kind: "release" as const,
  version: "1.34.4",
  sha256: { amd64: { kubeadm: SHA, kubelet: SHA, kubectl: SHA } },
};

/** An inventory with so many hosts of each kind. */
export function siteOf(
  counts: { masters?: number; workers?: number; balancers?: number; etcd?: number },
  vars: object = {},
): FullSite {
  return {
    groups: {
      masters: group("masters", 10, counts.masters ?? 3),
      workers: group("workers", 20, counts.workers ?? 2),
      balancers: group("balancers", 30, counts.balancers ?? 0),
      etcd: group("etcd", 40, counts.etcd ?? 0),
    },
    vars: z
      .object({ ...clusterInventoryVars, ...etcdInventoryVars })
      .parse({ kube_source: source, virtual_ip: "192.0.2.200", ...vars }),
  };
}

export const cluster = clusterVars.parse({
  version: "1.34.4",
  endpoint: { host: "kubernetes.internal", port: 8443 },
  masters: hostsOf("ma", 10, 3),
  names: ["192.0.2.200"],
});
