import { defineInventory, definePlaybook, play, z } from "ts-play";
import { etcdInventoryVars, memberVars } from "../roles/etcd/cluster.ts";
import { etcdHost } from "../roles/etcd/inventory-host.ts";
import { etcd, etcdReady } from "../roles/etcd/role.ts";
import { backupVars } from "../roles/etcd-backup/inventory-vars.ts";
import { restoreIntent } from "../roles/etcd-restore/intent.ts";
import {
  etcdRestore,
  etcdRestoreCompare,
  etcdRestoreDone,
  etcdRestoreLook,
  etcdRestoreStop,
} from "../roles/etcd-restore/role.ts";

/** A whole lost cluster from a backup; said twice: `-e restore=<etcd_token>`. */
export default definePlaybook({
  summary: "All members of a lost etcd cluster from a backup of the control machine; the old data is set aside.",
  inventory: defineInventory({
    groups: { etcd: etcdHost.describe("members of the cluster") },
    vars: z.object({
      ...etcdInventoryVars,
      etcd_backup_folder: backupVars.etcd_backup_folder,
      restore: z.string().optional().describe("the etcd_token of the cluster once more, to confirm"),
      restore_backup: z.string().optional().describe("name of the backup; without it the newest that is verified"),
      restore_force: z
        .boolean()
        .default(false)
        .describe("also over a healthy cluster, and from a backup that was not verified"),
    }),
  }),
  plays: ({ groups: { etcd: group }, vars }) => {
    const members = memberVars(group, vars);
    const store = { folder: vars.etcd_backup_folder, cluster: vars.etcd_token };
    const intent = restoreIntent({ ...store, backup: vars.restore_backup });
    const common = { members: members.members, intent, dataDir: vars.etcd_data_dir };
    const look = etcdRestoreLook({
      ...common,
      ...store,
      backup: vars.restore_backup,
      confirmed: vars.restore,
      force: vars.restore_force,
    });
    return [
      play({ title: "May it be restored", on: group, roles: [look] }),
      play({ title: "Stop all", on: group, roles: [etcdRestoreStop(common)] }),
      play({
        title: "Restore all",
        on: group,
        roles: [etcd({ ...members, start: false }), etcdRestore({ ...common, folder: store.folder })],
      }),
      play({ title: "Start all", on: group, roles: [etcd(members)] }),
      play({ title: "Members answer", on: group, roles: [etcdReady({ members: members.members })] }),
      play({ title: "Compare", on: group, roles: [etcdRestoreCompare(common)] }),
      play({ title: "Done", on: group.first, roles: [etcdRestoreDone({ ...common, ...store })] }),
    ];
  },
});
