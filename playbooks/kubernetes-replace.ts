import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars, removalVars } from "../roles/kubernetes/inventory.ts";
import { leavingNames } from "../roles/kubernetes/leaving-names.ts";
import { layout } from "../roles/kubernetes/plays.ts";
import { removalPlays } from "../roles/kubernetes/removal.ts";
import cluster from "./site.ts";

/** A host was lost, and another of the same name stands in its place: `-e '{"kube_remove": ["cp1"]}'`. */
export default definePlaybook({
  summary:
    "Replaces nodes whose hosts are gone: the cluster forgets them, and the hosts that now have their names join.",
  inventory: defineInventory({
    groups: clusterGroups,
    vars: z.object({ ...clusterInventoryVars, ...etcdInventoryVars, ...removalVars }),
  }),
  plays: (site) => [
    ...layout(site),
    ...removalPlays(site, { names: leavingNames(site, site.vars), gone: true }),
    ...cluster.plays(site),
  ],
});
