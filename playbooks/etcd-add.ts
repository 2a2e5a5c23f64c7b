import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";
import { joinPlays } from "../roles/etcd-members/plays.ts";

/** Lets a running etcd cluster grow to the hosts of the inventory; the passphrase of its authority is in ETCD_CA_PASSPHRASE. */
export default definePlaybook({
  summary: "Hosts of the group etcd that are not in its cluster join it, one at a time.",
  inventory: defineInventory({
    groups: { etcd: etcdHost.describe("all members that are wanted, those that are there and those that join") },
    vars: z.object(etcdInventoryVars),
  }),
  plays: ({ groups, vars }) => joinPlays(groups.etcd, vars, false),
});
