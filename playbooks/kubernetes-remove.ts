import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars, removalVars } from "../roles/kubernetes/inventory.ts";
import { leavingNames } from "../roles/kubernetes/leaving-names.ts";
import { removalPlays } from "../roles/kubernetes/removal.ts";

/** Takes nodes out of a cluster: `-e '{"kube_remove": ["worker3"]}'`; afterwards they are taken out of the inventory, and site.ts run again. */
export default definePlaybook({
  summary:
    "Takes nodes out of a cluster: pods drained, etcd asked first, hosts cleaned, or forgotten when they are gone.",
  inventory: defineInventory({
    groups: clusterGroups,
    vars: z.object({ ...clusterInventoryVars, ...etcdInventoryVars, ...removalVars }),
  }),
  plays: (site) => removalPlays(site, { names: leavingNames(site, site.vars), gone: site.vars.kube_gone }),
});
