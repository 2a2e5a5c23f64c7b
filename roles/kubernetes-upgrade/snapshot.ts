import { change, defineOperation, fetchFile, isRef, type Probe, type Ref, run, sh, TaskRefusal, z } from "ts-play";
import { peerUrl } from "../etcd/member.ts";
import { finish, isWhole, WORK } from "../etcd-backup/scripts.ts";
import { nameNow, newestVerified, type Store } from "../etcd-backup/store.ts";
import { kube } from "../kubernetes/kubectl.ts";
import { type ControlPlane, controlPlaneVersions } from "./control-plane.ts";

const args = z.object({
  version: z.string().describe("what the cluster is to be: one that is needs no backup"),
  name: z.string().describe("name of this node"),
  address: z.string().describe("its address"),
  source: z.custom<Ref<readonly string[]> | readonly string[]>().describe("peer URLs of the member that is asked"),
  store: z.custom<Ref<Store> | Store>().describe("what there is already"),
  folder: z.string().describe("folder of the control machine for backups"),
  cluster: z.string().describe("what their names begin with"),
  everyMinutes: z.number().describe("a younger one will do"),
});

type Reads = { readonly is: Probe<ControlPlane> };

/** A backup of the etcd that control planes carry, before a cluster is upgraded. */
export const stackedSnapshot = defineOperation<typeof args, Reads>({
  name: "stackedSnapshot",
  summary:
    "Brings a snapshot of the etcd of control planes to the control machine before an upgrade, and looks that it can be restored.",
  args,
  example: `stackedSnapshot({
  version: "1.34.4",
  name: "cp1",
  address: "10.0.0.4",
  source: ["https://10.0.0.4:2380"],
  store: { backups: [], rest: [], now: 0 },
  folder: "backups/etcd",
  cluster: "kubernetes",
  everyMinutes: 10,
})`,
  subject: ({ cluster }) => cluster,
  read: () => ({ is: controlPlaneVersions(undefined) }),
  plan: ({ args, current: { is } }) => {
    if (isRef(args.source) || isRef(args.store)) throw new Error("what can be looked at was not");
    if (is.configured === args.version) return [];
    if (args.source.length === 0)
      throw new TaskRefusal("no member of etcd can be asked for a snapshot", "bring etcd up first");
    const last = newestVerified(args.store);
    const isFresh = last !== undefined && args.store.now - last.at < args.everyMinutes * 60_000;
    return isFresh || !args.source.includes(peerUrl(args.address)) ? [] : steps(args, args.store);
  },
});

const quiet = { touches: [] };

function steps({ name, folder, cluster }: z.output<typeof args>, store: Store) {
  const stem = nameNow(cluster);
  const bring = (file: string, ending: string, changes: Parameters<typeof change>[] = []) =>
    fetchFile({
      path: `${WORK}/${file}`,
      to: stem.map((text) => `${folder}/${text}.${ending}`),
      changes: changes.map((one) => change(...one)),
    });
  return [
    run(takeSnapshot(name, cluster), quiet),
    bring("etcd.db", "db", [["backup", store.backups.at(-1)?.name, `${folder}/${stem.label}`]]),
    bring("manifest.json", "json"),
    run(finish(true), quiet),
  ];
}

/**
 * The member's own pod has the tools; what it writes beside the data is on the host. It counts as verified when its own hash is right
 * and it could be restored, which is done inside of the pod.
 */
const takeSnapshot = (node: string, cluster: string) => sh`# take a snapshot of etcd, and look that it can be restored
set -eu
umask 077
${kube}${isWhole}pod=etcd-${node} d=${WORK} data=/var/lib/etcd
inside() { kubectl -n kube-system exec "$pod" -- "$@"; }
field() { tr '{},' '\\n' | sed -n 's/^ *"'"$1"'" *: *"\\{0,1\\}\\([^"]*\\).*/\\1/p' | head -n 1; }
ctl() { inside etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key "$@"; }
rm -rf -- "$d" "$data/ts-play.db" "$data/ts-play.restored"
mkdir -- "$d"
status=$(ctl endpoint status -w json)
need=$(($(printf %s "$status" | field dbSize) * 3 / 1024)) free=$(df -Pk "$data" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)
[ "$free" -ge "$need" ] || { echo "$data has $free KiB free, $need are needed" >&2; exit 1; }
taken=$(date -u +%Y-%m-%dT%H:%M:%SZ)
ctl snapshot save $data/ts-play.db >/dev/null
told=$(inside etcdutl snapshot status $data/ts-play.db -w json)
inside etcdutl snapshot restore $data/ts-play.db --data-dir $data/ts-play.restored >/dev/null 2>&1 || { echo 'the snapshot cannot be restored' >&2; exit 1; }
rm -rf -- "$data/ts-play.restored"
mv -- "$data/ts-play.db" "$d/etcd.db"
is_whole "$d/etcd.db" || { echo 'the snapshot is not what its own hash says' >&2; exit 1; }
printf '{"cluster":"%s","clusterId":"%s","member":"%s","takenAt":"%s","etcdVersion":"%s","revision":"%s","keys":"%s","sizeBytes":%s,"sha256":"%s","verified":true,"reason":""}\\n' \\
  ${cluster} "$(printf %s "$status" | field cluster_id)" ${node} "$taken" "$(printf %s "$status" | field version)" \\
  "$(printf %s "$told" | field revision)" "$(printf %s "$told" | field totalKey)" "$size" "$(sha256sum <"$d/etcd.db" | cut -c 1-64)" >"$d/manifest.json"
echo same >"$d/outcome"`;

/** Where etcd has hosts of its own, its own playbook takes the backup: here it is only asked for. */
export const backupThere = defineOperation<ReturnType<typeof backupThereArgs>, Reads>({
  name: "backupThere",
  summary:
    "Refuses to go on to an upgrade without a fresh backup of an etcd on hosts of its own; changes nothing itself.",
  args: backupThereArgs(),
  example: `backupThere({ version: "1.34.4", store: { backups: [], rest: [], now: 0 }, folder: "backups/etcd", everyMinutes: 60 })`,
  subject: ({ folder }) => folder,
  read: () => ({ is: controlPlaneVersions(undefined) }),
  plan: ({ args: { version, store, folder, everyMinutes }, current: { is } }) => {
    if (isRef(store)) throw new Error("what can be looked at was not");
    const last = newestVerified(store);
    if (is.configured === version || (last !== undefined && store.now - last.at < everyMinutes * 60_000)) return [];
    throw new TaskRefusal(
      `${folder} has no verified backup of etcd of the last ${everyMinutes} minutes`,
      "run etcd-backup.ts with this inventory first",
    );
  },
});

function backupThereArgs() {
  return args.pick({ version: true, store: true, folder: true, everyMinutes: true });
}
