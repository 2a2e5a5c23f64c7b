import { defineInventory, definePlaybook, play, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars } from "../roles/kubernetes/inventory.ts";
import { resetConfirmed, resetRoles } from "../roles/kubernetes/role.ts";

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
  plays: ({ groups: { masters, workers }, vars }) => [
    play({
      title: "This cluster is meant",
      on: masters.and(workers),
      roles: [resetConfirmed({ endpoint: vars.kube_endpoint, confirmed: vars.kube_confirm })],
    }),
    play({ title: "Workers become plain hosts", on: workers, batch: 10, roles: resetRoles(vars) }),
    play({ title: "Control planes become plain hosts", on: masters, batch: 1, roles: resetRoles(vars) }),
  ],
});
