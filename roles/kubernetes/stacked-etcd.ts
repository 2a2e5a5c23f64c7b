import { type Command, defineGate, defineProbe, type Host, sh } from "ts-play";
import { parseCluster } from "../etcd/etcdctl-json.ts";
import { type Cluster, clientUrl, type Member, memberAt, peerUrl } from "../etcd/member.ts";
import { quorumObjection } from "../etcd/quorum.ts";

/** Begins a script: afterwards `ask` is curl as a client of the etcd of this control plane. */
export const askEtcd = sh`pki=/etc/kubernetes/pki/etcd
ask() { curl -s --max-time 4 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key "$@"; }`;

/**
 * Asks etcd through the JSON that it offers beside gRPC: no etcdctl is needed on the host. Prints the list of members that the first
 * of the URLs to answer has, then for each of their client URLs the URL, its health and its status, a line each.
 */
const membersSeen = (urls: readonly string[]): Command => sh`${askEtcd}
for first in ${urls}; do
  list=$(ask -f -X POST -d '{}' "$first/v3/cluster/member/list") || continue
  printf '%s\\n' "$list"
  for url in $(printf '%s' "$list" | tr -d ' ' | grep -o '"clientURLs":\\["[^"]*"' | cut -d '"' -f 4); do
    printf '%s\\n%s\\n%s\\n' "$url" "$(ask "$url/health")" "$(ask -X POST -d '{}' "$url/v3/maintenance/status")"
  done
  break
done`;

/** Prints what `readMembers` reads of the etcd of this control plane; for a subshell, because it ends where there is none. */
export const stackedEtcdScript = sh`[ -s /etc/kubernetes/pki/etcd/healthcheck-client.key ] || exit 0
${membersSeen(["https://127.0.0.1:2379"])}`;

/** The etcd of this control plane. */
export const stackedEtcd = defineProbe<undefined, Cluster | undefined>({
  name: "stackedEtcd",
  summary:
    "Members of the etcd that control planes carry, their health and their leader; undefined where it does not answer.",
  command: () => stackedEtcdScript,
  parse: ({ stdout }) => readMembers(stdout),
  bare: () => undefined,
  timeoutMs: 60_000,
});

/** `no key`: the host has nothing to show to a stacked etcd, so it never was a member. Undefined: nobody answers. */
export type EtcdSeen = Cluster | "no key" | undefined;

/** The etcd that any of the control planes at these addresses carries, asked with the keys that this host has. */
export const etcdAt = defineProbe<readonly string[], EtcdSeen>({
  name: "etcdAt",
  summary: "What the etcd at some addresses says of its members; `no key` on a host that has none to ask with.",
  command: (addresses) => sh`[ -s /etc/kubernetes/pki/etcd/healthcheck-client.key ] || { echo no key; exit 0; }
${membersSeen(addresses.map(clientUrl))}`,
  parse: ({ stdout }) => (stdout.trim() === "no key" ? "no key" : readMembers(stdout)),
  bare: () => "no key",
  timeoutMs: 60_000,
});

/** Makes of the three answers what etcdctl would have said. */
export function readMembers(output: string): Cluster | undefined {
  const [list = "", ...lines] = output.split("\n");
  if (!list.startsWith("{")) return undefined;
  const asked = Array.from({ length: Math.floor(lines.length / 3) }, (_, i) => lines.slice(3 * i, 3 * i + 3));
  const health = asked.map(([endpoint, answer = ""]) => ({ endpoint, health: /"health":\s*"true"/.test(answer) }));
  const status = asked.flatMap(([endpoint, , answer = ""]) =>
    answer.startsWith("{") && answer.includes("member_id")
      ? [`{"Endpoint":${JSON.stringify(endpoint)},"Status":${answer}}`]
      : [],
  );
  return parseCluster(list, JSON.stringify(health), `[${status.join(",")}]`);
}

/** Lets a control plane in only while the etcd that it will be a member of is whole; what an interrupted joining left there of itself does not count. */
export const etcdGate = defineGate({
  name: "etcd is whole",
  probe: stackedEtcd(undefined),
  // The member that has joined before is heard of late.
  settleMs: 30_000,
  objection: (seen, batch) => {
    const views = seen.flatMap(({ host, answer }) => (answer ? [{ host, members: answer.members }] : []));
    // Nobody has one yet: a check of bare hosts, or a cluster whose etcd is elsewhere.
    if (views.length === 0 || batch.every((host) => views.some((view) => view.host.name === host.name)))
      return undefined;
    const { members } = views.find((view) => view.members.some(({ leader }) => leader)) ?? views[0]!;
    return quorumObjection(others(members, batch), { kind: "add" });
  },
});

const others = (members: readonly Member[], hosts: readonly Host[]): readonly Member[] => {
  const own = hosts.map(({ address }) => memberAt(members, peerUrl(address)));
  return members.filter((member) => !own.includes(member));
};
