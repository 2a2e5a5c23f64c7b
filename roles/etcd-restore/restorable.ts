import { defineOperation, fileText, isRef, type Ref, TaskRefusal, z } from "ts-play";
import { type Client, etcdCluster } from "../etcd/cluster-probe.ts";
import type { Cluster } from "../etcd/member.ts";
import { restoredMark } from "../etcd/unit.ts";
import type { Intent, Soundness } from "./intent.ts";

const DAY_MS = 86_400_000;

/** Looks whether a cluster may be restored, and changes nothing: confirmed, from a sound backup, and with none there that is healthy. */
export const etcdRestorable = defineOperation({
  name: "etcdRestorable",
  summary:
    "Refuses when a restore was not confirmed, the backup is damaged or was never verified, or a healthy cluster answers; changes nothing.",
  args: z.object({
    cluster: z.string().describe("what must be named to confirm"),
    confirmed: z.string().optional().describe("what was named"),
    force: z.boolean().describe("also over a healthy cluster, and from a backup that was not verified"),
    intent: z.custom<Ref<Intent> | Intent>().describe("the restore that has begun, if one has"),
    backup: z.custom<Ref<Soundness> | Soundness>().describe("what it is restored from"),
    client: z.custom<Client>().describe("how the cluster is asked"),
    dataDir: z.string().describe("the member's data"),
  }),
  example: `etcdRestorable({
  cluster: "etcd",
  confirmed: "etcd",
  force: false,
  intent: restoreIntent({ folder: "backups/etcd", cluster: "etcd" }),
  backup: { name: "etcd-20261125T220509Z", verified: true, now: 1795644309000 },
  client: { endpoints: ["https://10.0.0.4:2379"], pki: "/etc/etcd/pki" },
  dataDir: "/var/lib/etcd",
})`,
  subject: () => "",
  read: ({ client, dataDir }) => ({ cluster: etcdCluster(client), mark: fileText(restoredMark(dataDir)) }),
  plan: ({ args: { intent, backup, ...asked }, current }) => {
    if (isRef(backup)) throw new Error("what can be looked at was not");
    const begun = isRef(intent) ? undefined : intent;
    const isUnderWay = begun !== undefined && current.mark?.trim() === begun.token;
    refuse(unconfirmed(asked) ?? stale(begun, backup.now) ?? unsound(backup, asked.force));
    if (!asked.force && !isUnderWay) refuse(healthy(current.cluster));
    return [];
  },
});

type Objection = readonly [message: string, fix: string];

function refuse(objection: Objection | undefined): void {
  if (objection) throw new TaskRefusal(...objection);
}

const unconfirmed = ({ cluster, confirmed }: { cluster: string; confirmed?: string | undefined }) =>
  confirmed === cluster
    ? undefined
    : ([
        `to restore it sets the data of all members of ${cluster} aside, and that was not confirmed`,
        `say -e restore=${cluster} when that is what you want`,
      ] as const);

/** Both by the clock of the control machine. */
const stale = (begun: Intent | undefined, now: number): Objection | undefined =>
  begun !== undefined && now - begun.begunAt > DAY_MS
    ? [
        `a restore of ${begun.backup} was begun at ${new Date(begun.begunAt).toISOString()} and never ended`,
        "remove the file restoring-<cluster>.json beside the backups to begin a new one",
      ]
    : undefined;

function unsound({ name, verified, fault }: Soundness, force: boolean): Objection | undefined {
  if (fault !== undefined) return [fault, "name another with -e restore_backup=<name>"];
  return verified || force
    ? undefined
    : [`${name} was never verified`, "name another with -e restore_backup=<name>, or add -e restore_force=true"];
}

const healthy = (cluster: Cluster | undefined): Objection | undefined => {
  const up = (cluster?.members ?? []).filter((member) => member.healthy).map(({ name }) => name);
  return up.length === 0
    ? undefined
    : [
        `a healthy cluster answers (${up.join(", ")}): what was written to it since the backup would be lost`,
        "repair it instead, or add -e restore_force=true",
      ];
};
