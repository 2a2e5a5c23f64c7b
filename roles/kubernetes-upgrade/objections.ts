import { defineOperation, type Probe, TaskRefusal, z } from "ts-play";
import type { Cluster } from "../etcd/member.ts";
import { stackedEtcd } from "../kubernetes/stacked-etcd.ts";
import { removedApis, upgradeObjections } from "./allowed.ts";
import { type ClusterVersions, clusterVersions } from "./cluster-versions.ts";
import { removedSettings } from "./removed.ts";
import { type NodeSettings, nodeSettings } from "./settings.ts";
import { parseVersion } from "./versions.ts";

const clusterArgs = z.strictObject({
  version: z.string().describe("what the cluster is to be"),
  nodes: z.array(z.string()).readonly().describe("names of all nodes of the inventory"),
  acceptRemovedApis: z
    .boolean()
    .default(false)
    .describe("go on also where APIs are called that the version does not have"),
});

type ClusterReads = {
  readonly versions: Probe<ClusterVersions | undefined>;
  readonly etcd: Probe<Cluster | undefined>;
};

/** Looks at a whole cluster from one of its control planes before anything is upgraded. */
export const clusterUpgradable = defineOperation<typeof clusterArgs, ClusterReads>({
  name: "clusterUpgradable",
  summary:
    "Refuses with everything that speaks against an upgrade of a cluster, by what runs in it; changes nothing itself.",
  args: clusterArgs,
  example: 'clusterUpgradable({ version: "1.34.4", nodes: ["cp1", "worker1"] })',
  subject: ({ version }) => version,
  read: () => ({ versions: clusterVersions(undefined), etcd: stackedEtcd(undefined) }),
  plan: ({ args: { version, nodes, acceptRemovedApis }, current: { versions, etcd } }) => {
    if (versions === undefined)
      throw new TaskRefusal("no cluster answers here", "journalctl -u kubelet, and look at the balancer");
    const objections = upgradeObjections(versions, etcd, { version, nodes });
    if (objections.length > 0) throw new TaskRefusal(objections.join("\n"), "mend what is named; nothing was changed");
    const apis = acceptRemovedApis ? [] : removedApis(versions, version);
    if (apis.length > 0)
      throw new TaskRefusal(
        `APIs that are in use would be gone:\n${apis.join("\n")}`,
        "bring who calls them to newer ones; this is what was called since the apiserver started, so when that is done: kube_accept_removed_apis",
      );
    return [];
  },
});

const nodeArgs = z.strictObject({ version: z.string().describe("what the node is to be") });

/** Looks at what was set on a node before anything is upgraded: programs that are given what they do not know do not start. */
export const settingsKnown = defineOperation<typeof nodeArgs, { readonly node: Probe<NodeSettings | undefined> }>({
  name: "settingsKnown",
  summary: "Refuses where flags or feature gates are set that a version of Kubernetes does not know any more.",
  args: nodeArgs,
  example: 'settingsKnown({ version: "1.34.4" })',
  subject: ({ version }) => version,
  read: () => ({ node: nodeSettings(undefined) }),
  plan: ({ args: { version }, current: { node } }) => {
    if (node === undefined)
      throw new TaskRefusal(
        "what is set on this host and in its cluster cannot be read",
        "look at /var/lib/kubelet; on a control plane also journalctl -u kubelet, and look at the balancer",
      );
    const minor = parseVersion(version)?.minor ?? 0;
    const objections = [
      ...removedSettings(node.settings, minor),
      ...(minor >= 35 && node.needsOldGroups
        ? ["this host has control groups of version 1: kubelets of 1.35 refuse them without `failCgroupV1: false`"]
        : []),
    ];
    if (objections.length > 0) throw new TaskRefusal(objections.join("\n"), "nothing was changed");
    return [];
  },
});
