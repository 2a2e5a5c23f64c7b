import type { Member } from "../../../roles/etcd/member.ts";

/** Ids need all 64 bits: as numbers the first two would be the same. */
const FIRST_ID = 0xfedcba9876543210n;

/** A healthy voter; the first one leads. */
export const member = (n: number, more: Partial<Member> = {}): Member => ({
  id: (FIRST_ID + BigInt(n)).toString(16),
  name: `etcd${n}`,
  peerUrls: [`https://10.0.0.${n}:2380`],
  clientUrls: [`https://10.0.0.${n}:2379`],
  learner: false,
  healthy: true,
  leader: n === 1,
  version: "3.4.23",
  dbBytes: 20_480,
  raftIndex: BigInt(n),
  ...more,
});
