import { defineGate, type GateAnswer } from "ts-play";
import { etcdProgress, type Progress } from "../etcd/bootstrap.ts";
import type { Client } from "../etcd/cluster-probe.ts";
import type { DataPlace } from "../etcd/has-log.ts";
import { type Cluster, hasJoined, memberAt, peerUrl } from "../etcd/member.ts";
import type { Minor } from "../etcd/settings.ts";

interface Wanted {
  /** Hosts that have lost their data are let in anew. */
  readonly replaceLost: boolean;
  /** The minor version that they would bring. */
  readonly minor: Minor;
}

/** Looks before anything is changed whether the hosts of the inventory can come into the cluster. */
export const joinGate = (place: Client & DataPlace, wanted: Wanted) =>
  defineGate({
    name: "there is a cluster to join",
    probe: etcdProgress(place),
    objection: (seen) => joinObjection(seen, wanted),
  });

/** Why nobody may join; undefined when all can. */
export function joinObjection(
  seen: readonly GateAnswer<Progress>[],
  { replaceLost, minor }: Wanted,
): string | undefined {
  const cluster = seen.find(({ answer }) => answer?.joined && answer.cluster)?.answer?.cluster;
  if (cluster === undefined) return "no cluster answers: etcd.ts builds one, or start its members first";
  const other = cluster.members.find(({ version }) => version !== undefined && !version.startsWith(`${minor}.`));
  if (other)
    return `${other.name} runs ${other.version}, newcomers would bring ${minor}: bring all to one version with etcd.ts`;
  return replaceLost
    ? undefined
    : seen.map(({ host, answer }) => answer && lossOf(host, answer, cluster)).find((text) => text !== undefined);
}

function lossOf(
  { name, address }: { readonly name: string; readonly address: string },
  { hasData }: Progress,
  { members }: Cluster,
): string | undefined {
  const member = memberAt(members, peerUrl(address));
  return !hasData && member && hasJoined(member)
    ? `${name} is member ${member.id} of the cluster and has lost its data: etcd-replace.ts lets it join anew`
    : undefined;
}
