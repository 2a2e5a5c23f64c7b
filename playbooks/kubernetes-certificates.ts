import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars } from "../roles/kubernetes/inventory.ts";
import { kubeconfig } from "../roles/kubernetes/plays.ts";
import { renewalPlays, renewalVars } from "../roles/kubernetes-certificates/plays.ts";

/** Renews what ends within kube_renew_before_days; to be run more often than that. */
export default definePlaybook({
  summary:
    "Renews the certificates of a Kubernetes cluster that end soon, one control plane at a time, and has its parts use them.",
  inventory: defineInventory({
    groups: clusterGroups,
    vars: z.object({ ...clusterInventoryVars, ...etcdInventoryVars, ...renewalVars }),
  }),
  // The administrator's certificate was renewed with the others.
  plays: (site) => [...renewalPlays(site), ...kubeconfig(site)],
});
