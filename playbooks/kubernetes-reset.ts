import { defineInventory, definePlaybook, play, refuseInventory, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars } from "../roles/kubernetes/inventory.ts";
import { refuseMasterless } from "../roles/kubernetes/inventory-objections.ts";
import { balancerWithdrawn, resetRoles } from "../roles/kubernetes/role.ts";

/** Ends a cluster, with all that it holds: `-e kube_confirm=<name of its endpoint>`. */
export default definePlaybook({
  summary: "Ends a Kubernetes cluster: every node becomes a plain host again, and what was in the cluster is lost.",
  inventory: defineInventory({
    groups: clusterGroups,
    vars: z.object({
      ...clusterInventoryVars,
      ...etcdInventoryVars,
      kube_confirm: z
        .string()
        .default("")
        .describe("the name of the cluster's endpoint, as a sign that this cluster is meant"),
    }),
  }),
  plays: (site) => {
    const { masters, workers, balancers } = site.groups;
    const { kube_endpoint: endpoint, kube_confirm: confirmed, kube_balancer: balancer } = site.vars;
    refuseMasterless(site);
    refuseInventory(
      confirmed === endpoint
        ? []
        : [
            {
              message: `all that is in the cluster of ${endpoint} would be lost`,
              fix: `if that is meant, say so: -e kube_confirm=${endpoint}`,
              variable: "kube_confirm",
            },
          ],
    );
    return [
      play({ title: "Workers become plain hosts", on: workers, batch: 10, roles: resetRoles(site) }),
      play({ title: "Control planes become plain hosts", on: masters, batch: 1, roles: resetRoles(site) }),
      ...(balancer === "keepalived" && balancers.size > 0
        ? [play({ title: "Nothing answers at the endpoint", on: balancers, roles: [balancerWithdrawn({})] })]
        : []),
    ];
  },
});
