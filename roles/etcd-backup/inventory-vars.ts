import { z } from "ts-play";

/** What the playbooks for backups take from the inventory, beside what describes the cluster. */
export const backupVars = {
  etcd_backup_folder: z
    .string()
    .default("backups/etcd")
    .describe("folder of the control machine for backups; they hold all that the cluster does, so guard it like that"),
  etcd_backup_every_minutes: z.coerce
    .number()
    .nonnegative()
    .default(10)
    .describe("no new backup while a verified one is younger; 0 takes one at each run"),
  etcd_backup_keep: z.coerce.number().pipe(z.int().min(1)).default(7).describe("so many verified backups stay"),
  etcd_backup_keep_days: z.coerce
    .number()
    .nonnegative()
    .optional()
    .describe("of the others only what is older goes; without it they all go"),
  etcd_backup_rehearse: z
    .boolean()
    .default(true)
    .describe("restore each backup into a scratch member and compare; otherwise it counts as not verified"),
};
