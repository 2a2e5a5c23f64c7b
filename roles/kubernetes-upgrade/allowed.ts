import type { Cluster } from "../etcd/member.ts";
import type { ClusterVersions } from "./cluster-versions.ts";
import { compareVersions, parseVersion, type Version, writeVersion } from "./versions.ts";

/** What is to become of a cluster. */
export interface Wish {
  /** Without a leading v. */
  readonly version: string;
  /** Names of all nodes of the inventory. */
  readonly nodes: readonly string[];
}

/** kubeadm has the phases that are needed here since this minor version. */
const FIRST_MINOR = 32;

/** Kubelets may be so many minor versions older than the apiservers that they speak to; never newer. */
const KUBELET_SKEW = 3;

/** Since 3.5.24 members of etcd bring both of their lists of members into one; a member of 3.6 reads only the second. */
const ETCD_BEFORE_3_6 = { minor: 5, patch: 24 };

/** All that speaks against an upgrade, by what runs and not by what an inventory says. */
export function upgradeObjections(
  seen: ClusterVersions,
  etcd: Cluster | undefined,
  { version, nodes }: Wish,
): readonly string[] {
  const wanted = parseVersion(version);
  const configured = parseVersion(seen.configured);
  if (wanted === undefined || configured === undefined)
    return [`the cluster does not say its version: kubeadm-config has "${seen.configured}"`];
  if (wanted.minor < FIRST_MINOR) return [`upgrades to 1.${FIRST_MINOR} and later are known here, not to ${version}`];
  const step = stepObjections(seen, configured, wanted);
  // Whoever may not take this step at all need not hear what would be in its way.
  if (step.length > 0) return step;
  const begun = compareVersions(configured, wanted) === 0;
  return [
    ...skewObjections(seen, wanted),
    ...strangerObjections(seen, nodes),
    // In the middle of an upgrade the node that it was interrupted on may be away: that is what the next run mends.
    ...(begun ? [] : seen.nodes.filter(({ ready }) => !ready).map(({ name }) => `${name} is not ready`)),
    ...(etcd === undefined ? [] : etcdObjections(etcd, wanted)),
  ];
}

function stepObjections(seen: ClusterVersions, configured: Version, wanted: Version): readonly string[] {
  const running = [
    { what: "the cluster", version: configured },
    ...seen.parts.flatMap(({ part, node, image }) => versioned(`${part} of ${node}`, part === "etcd" ? "" : image)),
    ...seen.nodes.flatMap(({ name, kubelet }) => versioned(`the kubelet of ${name}`, kubelet)),
  ];
  const newer = running.filter(({ version }) => compareVersions(version, wanted) > 0);
  if (newer.length > 0)
    return newer.map(
      ({ what, version }) =>
        `${what} is at ${writeVersion(version)} already: Kubernetes does not go back to ${writeVersion(wanted)}`,
    );
  return wanted.minor - configured.minor > 1
    ? [
        `the cluster is at ${writeVersion(configured)}: bring it to 1.${configured.minor + 1} before 1.${wanted.minor}, one minor version at a time`,
      ]
    : [];
}

const versioned = (what: string, text: string) => {
  const version = parseVersion(text);
  return version === undefined ? [] : [{ what, version }];
};

function skewObjections({ nodes, parts }: ClusterVersions, wanted: Version): readonly string[] {
  const apiservers = parts.flatMap(({ part, image }) => (part === "kube-apiserver" ? versioned(part, image) : []));
  const oldest = Math.min(wanted.minor, ...apiservers.map(({ version }) => version.minor));
  const objections = nodes.flatMap(({ name, kubelet }) =>
    versioned(name, kubelet).flatMap(({ version }) => {
      if (version.minor > oldest)
        return [`the kubelet of ${name} (${writeVersion(version)}) is newer than an apiserver (1.${oldest})`];
      return wanted.minor - version.minor > KUBELET_SKEW
        ? [`the kubelet of ${name} (${writeVersion(version)}) is too old for apiservers of 1.${wanted.minor}`]
        : [];
    }),
  );
  return wanted.minor - oldest > 1
    ? [...objections, `an apiserver is at 1.${oldest}: apiservers of 1.${wanted.minor} cannot stand beside it`]
    : objections;
}

function strangerObjections({ nodes }: ClusterVersions, wanted: readonly string[]): readonly string[] {
  const strangers = nodes.filter(({ name }) => !wanted.includes(name));
  return [
    ...strangers.map(({ name }) => `${name} is a node of the cluster, but not of the inventory: it would stay behind`),
    ...wanted
      .filter((name) => !nodes.some((node) => node.name === name))
      .map((name) => `${name} is no node of the cluster`),
  ];
}

/** kubeadm brings its own etcd from 3.5 to 3.6 with Kubernetes 1.34. */
function etcdObjections({ members, alarms }: Cluster, wanted: Version): readonly string[] {
  const sick = members.filter(({ healthy, learner }) => !healthy || learner);
  const old = members.filter(({ version }) => wanted.minor >= 34 && version !== undefined && isBefore36(version));
  return [
    ...sick.map(({ name, id }) => `the member ${name || id} of etcd is not a healthy voter`),
    ...alarms.map((alarm) => `etcd has raised the alarm ${alarm}`),
    ...old.map(
      ({ name, id, version }) =>
        `the member ${name || id} of etcd runs ${version}, and 3.6 follows only on 3.5.${ETCD_BEFORE_3_6.patch} or later: upgrade to the last patch of this minor version of Kubernetes first`,
    ),
  ];
}

function isBefore36(version: string): boolean {
  const [minor = 0, patch = 0] = version.split(".").slice(1).map(Number);
  return minor < ETCD_BEFORE_3_6.minor || (minor === ETCD_BEFORE_3_6.minor && patch < ETCD_BEFORE_3_6.patch);
}

/** APIs that are in use and that the wanted version does not have. */
export const removedApis = ({ deprecated }: ClusterVersions, version: string): readonly string[] =>
  deprecated
    .filter(({ removedIn }) => {
      const minor = /^1\.(\d+)$/.exec(removedIn)?.[1];
      return minor !== undefined && Number(minor) <= (parseVersion(version)?.minor ?? 0);
    })
    .map(({ api, removedIn }) => `${api} is gone since ${removedIn}`);
