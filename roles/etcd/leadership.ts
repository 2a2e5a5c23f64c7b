import { change, run, type Step, sh } from "ts-play";
import { type Client, etcdctl } from "./cluster-probe.ts";
import type { Member } from "./member.ts";

/**
 * The lead goes to the voter that is furthest, so that no election has to be waited for. None when there is nobody to take it.
 * `endpoint` is the leader's own: only it can hand over.
 */
export function handOver(
  client: Pick<Client, "pki">,
  leader: Member,
  endpoint: string,
  candidates: readonly Member[],
): readonly Step[] {
  const able = candidates.filter(({ id, healthy, learner }) => healthy && !learner && id !== leader.id);
  const [next] = able.toSorted((a, b) => (index(b) > index(a) ? 1 : -1));
  if (next === undefined) return [];
  return [
    run(sh`${etcdctl(client)}etcdctl --endpoints ${endpoint} move-leader ${next.id}`, {
      changes: [change("leader", leader.name, next.name)],
    }),
  ];
}

const index = ({ raftIndex }: Member): bigint => raftIndex ?? 0n;
