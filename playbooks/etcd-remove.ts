import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";
import { formerMember, removalPlays, retirementPlays } from "../roles/etcd-members/plays.ts";

/** Takes the hosts of the group former_etcd out of the cluster; their data is set aside, not deleted. */
export default definePlaybook({
  summary: "Hosts of the group former_etcd leave the etcd cluster, one at a time.",
  inventory: defineInventory({
    groups: {
      etcd: etcdHost.describe("members that stay"),
      former_etcd: formerMember.describe("members that leave, found by their addresses"),
    },
    vars: z.object({
      ...etcdInventoryVars,
      etcd_delete_data: z.boolean().default(false).describe("remove the data of those that leave for good"),
    }),
  }),
  plays: ({ groups: { etcd, former_etcd: former }, vars }) => [
    ...removalPlays(etcd, former, vars, "all"),
    ...retirementPlays(etcd, former, vars, vars.etcd_delete_data),
  ],
});
