import { z } from "ts-play";
import { backupVars } from "../etcd-backup/inventory-vars.ts";

const part = z.union([z.coerce.number().pipe(z.int().min(1)), z.templateLiteral([z.number().min(0).max(100), "%"])]);

/** What the playbook that upgrades a cluster takes from the inventory, beside what describes the cluster. */
export const upgradeVars = {
  etcd_backup_folder: backupVars.etcd_backup_folder,
  kube_backup_minutes: z.coerce
    .number()
    .nonnegative()
    .default(60)
    .describe("a verified backup that is younger will do"),
  kube_upgrade_batch: part.default("20%").describe("how many workers at once: a number or a part of them"),
  kube_upgrade_failures: z
    .union([z.coerce.number().pipe(z.int().min(0)), z.templateLiteral([z.number().min(0).max(100), "%"])])
    .default(0)
    .describe("more failed workers than that end the run after their batch"),
  kube_drain: z.boolean().default(true).describe("take the pods off each node before its kubelet is exchanged"),
  kube_drain_seconds: z.coerce
    .number()
    .pipe(z.int().positive())
    .default(300)
    .describe("how long pods may take to leave a node; their disruption budgets are kept to"),
  kube_accept_outage: z
    .boolean()
    .default(false)
    .describe("go on also where the others do not carry the cluster meanwhile, as with two control planes"),
  kube_accept_removed_apis: z
    .boolean()
    .default(false)
    .describe("go on also where APIs were called that the wanted version does not have"),
};

export type UpgradeVars = z.output<z.ZodObject<typeof upgradeVars>>;
