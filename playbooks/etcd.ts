import { defineInventory, definePlaybook, z } from "ts-play";
import { clusterPlays, etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";

/** An etcd cluster with TLS on hosts of its own; the passphrase of its authority is in ETCD_CA_PASSPHRASE. */
export default definePlaybook({
  summary: "An etcd cluster with TLS: built, kept as it should be, restarted one member at a time.",
  inventory: defineInventory({
    groups: { etcd: etcdHost.describe("members of the cluster; an odd number, three or five") },
    vars: z.object(etcdInventoryVars),
  }),
  plays: ({ groups, vars }) => clusterPlays(groups.etcd, vars),
});
