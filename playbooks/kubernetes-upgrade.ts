import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars } from "../roles/kubernetes/inventory.ts";
import { upgradeVars } from "../roles/kubernetes-upgrade/inventory-vars.ts";
import { upgradePlays } from "../roles/kubernetes-upgrade/plays.ts";

/** Brings a cluster to the version of kube_source: the next minor version, or another patch of the same one. */
export default definePlaybook({
  summary:
    "Upgrades a Kubernetes cluster: etcd saved, control planes one at a time, then nodes in batches, drained and opened again.",
  inventory: defineInventory({
    groups: clusterGroups,
    vars: z.object({ ...clusterInventoryVars, ...etcdInventoryVars, ...upgradeVars }),
  }),
  plays: upgradePlays,
});
