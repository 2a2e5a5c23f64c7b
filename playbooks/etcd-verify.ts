import { defineInventory, definePlaybook, play, z } from "ts-play";
import { etcdInventoryVars, memberVars } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";
import { backupVars } from "../roles/etcd-backup/inventory-vars.ts";
import { etcdVerify } from "../roles/etcd-verify/role.ts";

/** Looks at what etcd.ts builds. It changes nothing, and fails with all that is wrong. */
export default definePlaybook({
  summary: "Looks at the members of etcd, their certificates and the backups, and changes nothing.",
  inventory: defineInventory({
    groups: { etcd: etcdHost.describe("members of the cluster") },
    vars: z.object({
      ...etcdInventoryVars,
      etcd_backup_folder: backupVars.etcd_backup_folder,
      etcd_max_backup_hours: z.coerce
        .number()
        .nonnegative()
        .default(26)
        .describe("the newest verified backup may be so old; 0 does not ask for one"),
      etcd_max_sync_ms: z.coerce
        .number()
        .positive()
        .default(10)
        .describe("99 % of the syncs of the log must be faster"),
    }),
  }),
  plays: ({ groups: { etcd }, vars }) => {
    const maxHours = vars.etcd_max_backup_hours;
    const backups = { folder: vars.etcd_backup_folder, cluster: vars.etcd_token, maxHours };
    const verify = etcdVerify({
      of: memberVars(etcd, vars),
      maxSyncMs: vars.etcd_max_sync_ms,
      backups: maxHours > 0 ? backups : undefined,
    });
    return [play({ title: "Members", on: etcd, maxFailures: "100%", roles: [verify] })];
  },
});
