import type { CertificateFile } from "ts-play";
import type { Cluster } from "../etcd/member.ts";
import { type CertificateState, isStale } from "./certificate-state.ts";
import type { ClusterVars } from "./vars.ts";
import { certificateNames } from "./vars.ts";
import type { ClusterView } from "./verify-probe.ts";

/** Nodes as the inventory wants them. */
export interface WantedNode {
  readonly name: string;
  readonly address: string;
  readonly controlPlane: boolean;
}

/** Leases are renewed every two seconds, and given up after fifteen. */
export const LEASE_SECONDS = 20;

export function viewFindings(
  { nodes, unwell, leases, brokenPods }: ClusterView,
  wanted: readonly WantedNode[],
  version: string,
): readonly string[] {
  const strangers = nodes.filter(({ name }) => !wanted.some((one) => one.name === name));
  return [
    ...wanted.flatMap((one) =>
      nodeFindings(
        nodes.find(({ name }) => name === one.name),
        one,
        version,
      ),
    ),
    ...strangers.map(({ name }) => `${name} is a node of the cluster, but not of the inventory`),
    ...unwell.map((part) => `the ${part} of this host does not say that it is well`),
    ...["kube-controller-manager", "kube-scheduler"].flatMap((name) => {
      const lease = leases.find((one) => one.name === name);
      if (!lease?.holder) return [`nobody holds the lease of ${name}`];
      return lease.ageSeconds > LEASE_SECONDS ? [`the lease of ${name} was renewed ${lease.ageSeconds} s ago`] : [];
    }),
    ...brokenPods.map((name) => `the pod ${name} does not run`),
  ];
}

function nodeFindings(
  node: ClusterView["nodes"][number] | undefined,
  wanted: WantedNode,
  version: string,
): readonly string[] {
  if (node === undefined) return [`${wanted.name} is no node of the cluster`];
  return [
    node.ready ? "" : `${wanted.name} is not ready`,
    node.address === wanted.address ? "" : `${wanted.name} is known under ${node.address}, not ${wanted.address}`,
    node.version === `v${version}` ? "" : `${wanted.name} runs ${node.version}, not v${version}`,
    node.controlPlane === wanted.controlPlane
      ? ""
      : `${wanted.name} is ${wanted.controlPlane ? "no" : "a"} control plane`,
  ].filter(Boolean);
}

export const etcdFindings = ({ members, alarms }: Cluster, masters: ClusterVars["masters"]): readonly string[] => [
  ...members.filter(({ healthy }) => !healthy).map(({ name, id }) => `the member ${name || id} of etcd is not healthy`),
  ...members.filter(({ learner }) => learner).map(({ name, id }) => `the member ${name || id} of etcd has no vote yet`),
  ...masters
    .filter(({ name }) => !members.some((one) => one.name === name))
    .map(({ name }) => `${name} has no member of etcd`),
  ...alarms.map((alarm) => `etcd has raised the alarm ${alarm}`),
];

/** Clients come to an apiserver by the endpoint or by its own name; those of the others are of no use to it. */
export function nameFindings(found: CertificateFile | undefined, cluster: ClusterVars): readonly string[] {
  if (found === undefined || "unreadable" in found) return ["the apiserver has no certificate that can be read"];
  const { names, addresses } = found;
  const missing = certificateNames(cluster).filter((name) => !names.includes(name) && !addresses.includes(name));
  return missing.length === 0 ? [] : [`the apiserver's certificate lacks ${missing.join(", ")}`];
}

/** What ends soon, and what runs with certificates that have been renewed since. */
export function expiryFindings(state: CertificateState, leastDays: number): readonly string[] {
  const { certificates, authorities, parts } = state;
  if (certificates.length === 0) return ["kubeadm does not say when the certificates of this host end"];
  return [
    ...certificates
      .filter(({ daysLeft }) => daysLeft < leastDays)
      .map(
        ({ name, daysLeft }) =>
          `the certificate ${name} of this host ends in ${daysLeft} days: kubernetes-certificates.ts`,
      ),
    ...authorities
      .filter(({ daysLeft }) => daysLeft < leastDays)
      .map(
        ({ name, daysLeft }) => `the authority ${name} ends in ${daysLeft} days, and all that it has issued with it`,
      ),
    ...parts
      .filter(isStale)
      .map(
        ({ part }) =>
          `the ${part} of this host runs with older certificates than are there: kubernetes-certificates.ts`,
      ),
  ];
}
