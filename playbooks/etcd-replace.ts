import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";
import { formerMember, joinPlays, removalPlays, retirementPlays } from "../roles/etcd-members/plays.ts";

/** Puts members in the place of those that are lost; the passphrase of the authority is in ETCD_CA_PASSPHRASE. */
export default definePlaybook({
  summary: "Lost members of an etcd cluster are replaced: by the same host without its data, or by another.",
  inventory: defineInventory({
    groups: {
      etcd: etcdHost.describe("all members that are wanted; one that has lost its data joins anew"),
      former_etcd: formerMember.meta({
        optional: true,
        description: "members whose place others take, found by their addresses",
      }),
    },
    vars: z.object(etcdInventoryVars),
  }),
  plays: ({ groups: { etcd, former_etcd: former }, vars }) => [
    // The dead first, because nobody joins while a voter is down; those that answer last, so that there is never one less.
    ...removalPlays(etcd, former, vars, "dead"),
    ...joinPlays(etcd, vars, true),
    ...removalPlays(etcd, former, vars, "all"),
    ...retirementPlays(etcd, former, vars, false),
  ],
});
