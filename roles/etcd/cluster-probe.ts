import { type Command, defineProbe, sh } from "ts-play";
import { parseCluster } from "./etcdctl-json.ts";
import type { Cluster } from "./member.ts";

/** How a host asks its cluster. */
export interface Client {
  /** Where to ask; the first that answers is enough. */
  readonly endpoints: readonly string[];
  /** Folder with `ca.crt`, `client.crt` and `client.key`. */
  readonly pki: string;
}

/** etcdctl as the host's own client, by its environment: nothing of it shows in a list of processes. */
export const etcdctl = ({ pki }: Pick<Client, "pki">): Command =>
  sh`export ETCDCTL_API=3 ETCDCTL_CACERT=${`${pki}/ca.crt`} ETCDCTL_CERT=${`${pki}/client.crt`} ETCDCTL_KEY=${`${pki}/client.key`}
export ETCDCTL_DIAL_TIMEOUT=2s ETCDCTL_COMMAND_TIMEOUT=4s
`;

/** Whether the host's own member answers, and sees a majority. A unit that is not up is not asked, because etcdctl would wait for it. */
export const isHealthy = (client: Pick<Client, "pki">, endpoint: string): Command =>
  sh`systemctl is-active --quiet etcd || exit 1
${etcdctl(client)}etcdctl --endpoints ${endpoint} endpoint health >/dev/null 2>&1`;

/** Whether the host's own member answers, a learner as well. */
export const isRunning = (client: Pick<Client, "pki">, endpoint: string): Command =>
  sh`systemctl is-active --quiet etcd || exit 1
${etcdctl(client)}etcdctl --endpoints ${endpoint} endpoint status >/dev/null 2>&1`;

/** Whether the host's own member has a vote, and sees a majority. */
export const isVoter = (client: Pick<Client, "pki">, endpoint: string): Command =>
  sh`systemctl is-active --quiet etcd || exit 1
${etcdctl(client)}status=$(etcdctl --endpoints ${endpoint} endpoint status -w json 2>/dev/null) || exit 1
case $status in *'"isLearner":true'*) exit 1 ;; esac
etcdctl --endpoints ${endpoint} endpoint health >/dev/null 2>&1`;

/**
 * Prints the member list, and the health and the status of each member, each line after its name: what the list names is asked, not
 * what is configured. Both at once, because etcdctl waits for a member that is down.
 */
export const clusterScript = (client: Client): Command => sh`${etcdctl(client)}list=
for endpoint in ${client.endpoints}; do
  list=$(etcdctl --endpoints "$endpoint" member list -w json 2>/dev/null) && [ -n "$list" ] && break
done
printf 'list %s\\n' "$list"
urls=$(printf '%s' "$list" | tr -d ' ' | grep -o '"clientURLs":\\["[^"]*"' | cut -d '"' -f 4 | paste -sd , -)
if [ -n "$urls" ]; then
  { health=$(etcdctl --endpoints "$urls" endpoint health -w json 2>/dev/null); printf 'health %s\\n' "$health"; } & healths=$!
  { status=$(etcdctl --endpoints "$urls" endpoint status -w json 2>/dev/null); printf 'status %s\\n' "$status"; } & statuses=$!
  wait $healths $statuses
fi`;

/** What stands after a name in the script's output; empty when nothing does. */
export const saidOf = (output: string, name: "list" | "health" | "status"): string =>
  output
    .split("\n")
    .find((line) => line.startsWith(`${name} `))
    ?.slice(name.length + 1) ?? "";

/** Undefined when nobody answered. */
export function readCluster(output: string): Cluster | undefined {
  const list = saidOf(output, "list");
  return list.startsWith("{") ? parseCluster(list, saidOf(output, "health"), saidOf(output, "status")) : undefined;
}

/** A member that is down takes etcdctl four seconds, and it may be asked three things before one that is up. */
export const PATIENCE_MS = 90_000;

/** The cluster as a host sees it: its live members, who is healthy, who leads. */
export const etcdCluster = defineProbe<Client, Cluster | undefined>({
  name: "etcdCluster",
  summary: "Members of etcd, their health and their leader; undefined when nobody answers.",
  command: clusterScript,
  parse: ({ stdout }) => readCluster(stdout),
  bare: () => undefined,
  timeoutMs: PATIENCE_MS,
});
