import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars } from "../roles/kubernetes/inventory.ts";
import { buildPlays } from "../roles/kubernetes/plays.ts";

/** What the playbooks for a cluster ask of an inventory. */
export const inventory = defineInventory({
  groups: clusterGroups,
  vars: z.object({ ...clusterInventoryVars, ...etcdInventoryVars }),
});

/** A highly available cluster from bare hosts. */
export default definePlaybook({
  summary: "A highly available Kubernetes cluster: hosts, balancer, etcd, control planes, network, workers, DNS.",
  inventory,
  plays: buildPlays,
});
