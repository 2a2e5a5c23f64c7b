import { type Command, sh } from "ts-play";
import { type Client, etcdctl } from "../etcd/cluster-probe.ts";

/** Where a member keeps a snapshot until it has been brought away; for root alone. */
export const WORK = "/var/lib/etcd-backup";

export interface SnapshotOf extends Pick<Client, "pki"> {
  /** The member's own client URL. */
  readonly endpoint: string;
  /** Its name, and that of its cluster. */
  readonly member: string;
  readonly cluster: string;
}

/** Reads one value out of etcdctl's JSON, digits as they are. */
export const field = sh`field() { tr '{},' '\\n' | sed -n 's/^ *"'"$1"'" *: *"\\{0,1\\}\\([^"]*\\).*/\\1/p' | head -n 1; }
`;

/** How many keys a cluster has, and at which revision: of a range the first key alone comes, and the number of all. */
export const countKeys = sh`count_keys() {
  answer=$(ETCDCTL_COMMAND_TIMEOUT=30s etcdctl --endpoints "$1" get '' --from-key --limit 1 --keys-only --rev "$2" -w json)
  at=$(printf %s "$answer" | field revision) count=$(printf %s "$answer" | field count)
  [ -n "$at" ] || { echo "$1 does not say how many keys it has" >&2; return 1; }
  count=\${count:-0}
}
`;

/** etcdutl since 3.5, and nothing else from 3.6 on. */
export const snapshotTool = sh`tool=etcdctl; command -v etcdutl >/dev/null && tool=etcdutl
`;

const manifestText = sh`manifest() {
  printf '{"cluster":"%s","clusterId":"%s","member":"%s","takenAt":"%s","etcdVersion":"%s","revision":"%s","keys":"%s","sizeBytes":%s,"sha256":"%s","verified":%s,"reason":"%s"}\\n' \\
    "$cluster" "$cluster_id" "$member" "$taken" "$version" "$revision" "$keys" "$size" "$sha256" "$1" "$2" >"$d/manifest.json.new"
  mv -f -- "$d/manifest.json.new" "$d/manifest.json"
}
`;

/** An SHA-256 of what comes before it ends a file that `snapshot save` has written. */
export const isWhole = sh`is_whole() {
  size=$(wc -c <"$1")
  [ $((size % 512)) -eq 32 ] &&
    [ "$(head -c $((size - 32)) "$1" | sha256sum | cut -c 1-64)" = "$(tail -c 32 "$1" | od -An -v -tx1 | tr -d ' \\n')" ]
}
`;

/**
 * The snapshot, and how many keys its cluster has at the same revision. The disk that etcd writes to must not be filled by it: three
 * times the database has to be free, for the snapshot and for the rehearsal.
 */
export const takeSnapshot = ({
  endpoint,
  member,
  cluster,
  ...client
}: SnapshotOf): Command => sh`# take a snapshot of etcd, and look that it is whole
set -eu
umask 077
d=${WORK} e=${endpoint} member=${member} cluster=${cluster}
rm -rf -- "$d"
mkdir -- "$d"
${field}${countKeys}${snapshotTool}${isWhole}${manifestText}${etcdctl(client)}export ETCDCTL_COMMAND_TIMEOUT=30s
status=$(etcdctl --endpoints "$e" endpoint status -w json)
version=$(printf %s "$status" | field version) cluster_id=$(printf %s "$status" | field cluster_id)
need=$(($(printf %s "$status" | field dbSize) * 3 / 1024)) free=$(df -Pk "$d" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)
[ "$free" -ge "$need" ] || { echo "$d has $free KiB free, $need are needed" >&2; exit 1; }
taken=$(date -u +%Y-%m-%dT%H:%M:%SZ)
( unset ETCDCTL_COMMAND_TIMEOUT; etcdctl --endpoints "$e" snapshot save "$d/etcd.db" >/dev/null )
is_whole "$d/etcd.db" || { echo "the snapshot is not what its own hash says" >&2; exit 1; }
sha256=$(sha256sum <"$d/etcd.db" | cut -c 1-64)
revision=$($tool snapshot status "$d/etcd.db" -w json | field revision)
count_keys "$e" "$revision"
keys=$count
manifest false "it was not rehearsed"
for v in member cluster version cluster_id taken size sha256 revision keys; do eval "printf '%s=%s\\n' $v \\"\\$$v\\""; done >"$d/facts"`;

export interface Rehearsal extends Pick<Client, "pki"> {
  /** The program of etcd. */
  readonly program: string;
  /** On 127.0.0.1, for clients; the next one is for peers, of whom there are none. */
  readonly port: number;
}

/**
 * A member of its own, from the snapshot alone: it listens on this host only, wants a certificate like any member, and goes again
 * whatever happens. What came of it is in the manifest.
 */
export const rehearse = ({
  program,
  port,
  ...client
}: Rehearsal): Command => sh`# restore the snapshot into a scratch member, and compare revision and keys
set -u
umask 077
d=${WORK} s=${`${WORK}/scratch`} p=${client.pki} pid=
url=https://127.0.0.1:${port} peer=https://127.0.0.1:${port + 1}
. "$d/facts"
${field}${countKeys}${snapshotTool}${manifestText}${etcdctl(client)}end() {
  [ -z "$pid" ] || { kill -KILL "$pid"; wait "$pid"; } 2>/dev/null
  rm -rf -- "$s"
}
trap end EXIT
trap 'exit 143' HUP INT TERM
last() { tail -n 1 "$d/log" | tr -d '"\\\\' | tr -c '[:print:]' ' ' | cut -c 1-300; }
compare() {
  $tool snapshot restore "$d/etcd.db" --name scratch --data-dir "$s" --initial-cluster "scratch=$peer" \\
    --initial-advertise-peer-urls "$peer" --initial-cluster-token scratch >"$d/log" 2>&1 ||
    { echo "it cannot be restored: $(last)"; return; }
  nice ${program} --name scratch --data-dir "$s" --listen-client-urls "$url" --advertise-client-urls "$url" \\
    --listen-peer-urls "$peer" --cert-file "$p/server.crt" --key-file "$p/server.key" --trusted-ca-file "$p/ca.crt" \\
    --client-cert-auth --peer-cert-file "$p/peer.crt" --peer-key-file "$p/peer.key" --peer-trusted-ca-file "$p/ca.crt" \\
    --peer-client-cert-auth >"$d/log" 2>&1 &
  pid=$!
  n=0
  until etcdctl --endpoints "$url" endpoint health >/dev/null 2>&1; do
    n=$((n + 1))
    kill -0 "$pid" 2>/dev/null && [ "$n" -lt 240 ] || { echo "a member does not start from it: $(last)"; return; }
    sleep 0.25
  done
  count_keys "$url" 0 2>&1 || return 0
  [ "$count" = "$keys" ] || { echo "it has $count keys, the cluster had $keys"; return; }
  [ "$at" = "$revision" ] || [ "$revision" = 0 ] || { echo "it is at revision $at, the cluster was at $revision"; return; }
  echo same
}
compare >"$d/outcome"
why=$(tail -n 1 "$d/outcome")
if [ "$why" = same ]; then manifest true ""; else manifest false "\${why:-it ended early}"; fi`;

/** Leaves nothing of the snapshot on the host; fails with the reason when the rehearsal has. */
export const finish = (rehearsed: boolean): Command => sh`# remove the snapshot from the host
d=${WORK} why=
[ ${rehearsed ? "yes" : "no"} = no ] || why=$(tail -n 1 "$d/outcome" 2>&1)
rm -rf -- "$d"
[ ${rehearsed ? "yes" : "no"} = no ] || [ "$why" = same ] || { echo "the backup is kept as not verified: $why" >&2; exit 1; }`;
