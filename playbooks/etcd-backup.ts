import { defineInventory, definePlaybook, play, z } from "ts-play";
import { etcdInventoryVars, memberVars } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";
import { backupVars } from "../roles/etcd-backup/inventory-vars.ts";
import { etcdBackup, etcdBackupRetention, snapshotSource } from "../roles/etcd-backup/role.ts";

/** A backup of the cluster of etcd.ts on the control machine, rehearsed, and the old ones removed. */
export default definePlaybook({
  summary: "A backup of etcd on the control machine, rehearsed in a scratch member; the oldest go.",
  inventory: defineInventory({
    groups: { etcd: etcdHost.describe("members of the cluster") },
    vars: z.object({ ...etcdInventoryVars, ...backupVars }),
  }),
  plays: ({ groups: { etcd }, vars }) => {
    const { members } = memberVars(etcd, vars);
    const backups = {
      members,
      of: snapshotSource(etcd, members, "/etc/etcd/pki"),
      cluster: vars.etcd_token,
      folder: vars.etcd_backup_folder,
    };
    const backup = etcdBackup({
      ...backups,
      source: vars.etcd_source,
      everyMinutes: vars.etcd_backup_every_minutes,
      rehearsed: vars.etcd_backup_rehearse,
    });
    const retention = etcdBackupRetention({
      ...backups,
      keep: vars.etcd_backup_keep,
      keepDays: vars.etcd_backup_keep_days,
    });
    // A member that is down is told, and keeps nobody from the rest.
    return [
      play({ title: "Backup", on: etcd, maxFailures: "100%", roles: [backup] }),
      play({ title: "Old backups", on: etcd, maxFailures: "100%", roles: [retention] }),
    ];
  },
});
