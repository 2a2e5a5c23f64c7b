import {
  change,
  defineOperation,
  fileText,
  forgetFile,
  isRef,
  type Probe,
  pathState,
  predict,
  type Ref,
  run,
  sh,
  type UnitState,
  unitState,
  z,
} from "ts-play";
import { etcdctl } from "../etcd/cluster-probe.ts";
import { clientUrl, peerUrl } from "../etcd/member.ts";
import { restoredMark } from "../etcd/unit.ts";
import { countKeys, field, snapshotTool } from "../etcd-backup/scripts.ts";
import type { Intent } from "./intent.ts";

/** Where the snapshot lies on a member meanwhile; for root alone. */
export const WORK = "/var/lib/etcd-restore";

/** Clients that had seen more than the backup holds must not take an old revision for a new one. */
const BUMP = "1000000000";

type Known = Ref<Intent> | Intent;
const intent = z.custom<Known>().describe("what is being restored");

const told = (from: Known, key: "token" | "backup" | "revision" | "keys"): string | Ref<string> =>
  isRef(from) ? from.map((known) => known[key]) : from[key];

/** Whether a member was restored for this very restore; not when none has begun. */
const isDone = (from: Known, mark: string | undefined): boolean => !isRef(from) && mark?.trim() === from.token;

/** Stops a member that is to be restored: none may run while another begins anew. */
export const etcdStop = defineOperation<z.ZodType<{ dataDir: string; intent: Known }>, StopReads>({
  name: "etcdStop",
  summary: "Stops a member of etcd that is to be restored, and not one that has been.",
  args: z.object({ dataDir: z.string().describe("the member's data"), intent }),
  example: 'etcdStop({ dataDir: "/var/lib/etcd", intent: restoreIntent({ folder: "backups/etcd", cluster: "etcd" }) })',
  subject: () => "",
  read: ({ dataDir }) => ({ unit: unitState("etcd"), mark: fileText(restoredMark(dataDir)) }),
  plan: ({ args, current: { unit, mark } }) =>
    isDone(args.intent, mark) || ["inactive", "failed", "unknown"].includes(unit.active)
      ? []
      : [
          run(sh`systemctl stop etcd.service`, {
            changes: [change("active", unit.active, "inactive")],
            effects: [predict(unitState("etcd"), (before) => ({ ...before, active: "inactive", sub: "dead" }))],
            touches: ["unit:etcd.service"],
          }),
        ],
});

type StopReads = { readonly unit: Probe<UnitState>; readonly mark: Probe<string | undefined> };

/** The snapshot in the place of a member's data, as the first data of a new cluster. */
export const etcdRestoreMember = defineOperation({
  name: "etcdRestoreMember",
  summary: "Restores a snapshot in the place of a member's data, which is set aside beside it.",
  args: z.object({
    name: z.string().describe("the member's own name"),
    address: z.string().describe("its address"),
    members: z
      .array(z.object({ name: z.string(), address: z.string() }))
      .readonly()
      .describe("all members"),
    dataDir: z.string().describe("where the data is"),
    intent,
  }),
  example: `etcdRestoreMember({
  name: "etcd1",
  address: "10.0.0.4",
  members: [{ name: "etcd1", address: "10.0.0.4" }],
  dataDir: "/var/lib/etcd",
  intent: restoreIntent({ folder: "backups/etcd", cluster: "etcd" }),
})`,
  subject: () => "",
  read: ({ dataDir }) => ({ mark: fileText(restoredMark(dataDir)), data: pathState(`${dataDir}/member`) }),
  plan: ({ args, current: { mark, data } }) => {
    if (isDone(args.intent, mark)) return [];
    const backup = told(args.intent, "backup");
    return [
      run(restoreScript(args), {
        changes: [
          change(
            "data",
            data.type === "absent" ? undefined : "of the old cluster",
            isRef(backup) ? `<${backup.label}>` : backup,
          ),
        ],
        touches: [`tree:${args.dataDir as "/"}`],
      }),
    ];
  },
});

interface Restored {
  readonly name: string;
  readonly address: string;
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly dataDir: string;
  readonly intent: Known;
}

/** It is restored beside the old data, which goes aside only then; the mark comes last, so what was ended in between begins anew. */
const restoreScript = ({ name, address, members, dataDir, intent: from }: Restored) => {
  const all = members.map((one) => `${one.name}=${peerUrl(one.address)}`).join(",");
  const token = told(from, "token");
  return sh`# restore the snapshot, and set the old data aside
set -eu
umask 077
w=${WORK} d=${dataDir} token=${token}
case $(systemctl is-active etcd.service || true) in active|activating|reloading) echo "etcd runs" >&2; exit 1 ;; esac
${snapshotTool}bump=
by=${BUMP}
if $tool snapshot restore --help 2>&1 | grep -q -- --bump-revision; then bump="--bump-revision $by --mark-compacted"; fi
rm -rf -- "$d/restoring"
$tool snapshot restore "$w/etcd.db" --name ${name} --data-dir "$d/restoring" --initial-cluster ${all} \\
  --initial-advertise-peer-urls ${peerUrl(address)} --initial-cluster-token "$token" $bump >"$w/log" 2>&1 ||
  { tail -n 5 "$w/log" >&2; exit 1; }
aside=$d/set-aside-$(date -u +%Y%m%dT%H%M%SZ)
for old in member joined restored; do
  [ ! -e "$d/$old" ] || { mkdir -p -- "$aside"; mv -- "$d/$old" "$aside/"; }
done
mv -- "$d/restoring/member" "$d/member"
rm -rf -- "$d/restoring"
printf '%s\\n' "$token" >"$w/restored"
chown -R etcd:etcd -- "$d/member"
mv -f -- "$w/restored" ${restoredMark(dataDir)}
sync -- "$d"`;
};

/** Compares the keys that a member has at the backup's revision with those that it was taken with, and removes the snapshot from the host. */
export const etcdRestored = defineOperation({
  name: "etcdRestored",
  summary: "Compares the keys of a restored member with those of the backup, and removes the snapshot from the host.",
  args: z.object({
    address: z.string().describe("the member's address"),
    pki: z.string().describe("folder of the certificates"),
    intent,
  }),
  example: `etcdRestored({
  address: "10.0.0.4",
  pki: "/etc/etcd/pki",
  intent: restoreIntent({ folder: "backups/etcd", cluster: "etcd" }),
})`,
  subject: () => "",
  read: () => ({ work: pathState(WORK) }),
  plan: ({ args, current: { work } }) =>
    work.type === "absent"
      ? []
      : [
          run(
            sh`# compare the keys with those of the backup
set -eu
e=${clientUrl(args.address)} revision=${told(args.intent, "revision")} keys=${told(args.intent, "keys")} by=${BUMP}
${field}${countKeys}${etcdctl(args)}count_keys "$e" "$revision" 2>/dev/null || count_keys "$e" $((revision + by))
[ "$count" = "$keys" ] || { echo "it has $count keys, the backup has $keys" >&2; exit 1; }
rm -rf -- ${WORK}`,
            { changes: [change("snapshot", "on the host", undefined)], touches: [`tree:${WORK as "/"}`] },
          ),
        ],
});

/** The restore has ended. */
export const etcdRestoreEnd = defineOperation({
  name: "etcdRestoreEnd",
  summary: "Notes on the control machine that a restore has ended on all hosts.",
  args: z.object({ file: z.string().describe("the note that it has begun"), intent }),
  example:
    'etcdRestoreEnd({ file: "backups/etcd/restoring-etcd.json", intent: restoreIntent({ folder: "backups/etcd", cluster: "etcd" }) })',
  subject: () => "",
  read: () => ({}),
  plan: ({ args: { file, intent: from } }) =>
    isRef(from) ? [] : [forgetFile(file, { changes: [change(from.backup, "being restored", "restored")] })],
});
