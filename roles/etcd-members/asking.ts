import { type Command, sh } from "ts-play";
import { type Client, etcdctl } from "../etcd/cluster-probe.ts";

/** Sets `$at` to the first member that sees a majority: changes are asked of one that can make them. */
const choose = (client: Client): Command => sh`${etcdctl(client)}at=
for endpoint in ${client.endpoints}; do
  etcdctl --endpoints "$endpoint" endpoint health >/dev/null 2>&1 && { at=$endpoint; break; }
done
[ -n "$at" ] || { echo 'no member answers that sees a majority' >&2; exit 1; }
`;

export interface Patience {
  /** Answers after which it is asked again. */
  readonly whenSaid: readonly string[];
  /** How often at most, a second apart. */
  readonly tries: number;
}

/**
 * Asks the cluster for a change of its members until it is made; again only after an answer that is worth to wait for. What else is
 * said ends the step: then the next run reads what has become of it.
 */
export const askFor = (client: Client, request: readonly string[], { whenSaid, tries }: Patience): Command =>
  sh`${choose(client)}tries=0
until said=$(etcdctl --endpoints "$at" ${request} 2>&1); do
  tries=$((tries + 1))
  if [ "$tries" -ge ${tries} ] || ! printf %s "$said" | grep -qF ${whenSaid.flatMap((text) => ["-e", text])}; then
    printf '%s\\n' "$said" >&2
    exit 1
  fi
  sleep 1
done`;

/** A member that has just come, or has just been down, counts as connected only after five seconds; before, changes are refused. */
export const CONNECTING: Patience = { whenSaid: ["unhealthy cluster", "not enough started members"], tries: 30 };
