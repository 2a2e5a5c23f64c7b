/** A member of a cluster as its own members tell of it. */
export interface Member {
  /** 64 bits, as hexadecimal text: what etcdctl takes. No JavaScript number can hold one. */
  readonly id: string;
  /** Empty until the member has been started for the first time. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  /** Learns, and has no vote yet. */
  readonly learner: boolean;
  /** Answers, and sees a majority. */
  readonly healthy: boolean;
  readonly leader: boolean;
  /** Undefined when it does not answer. */
  readonly version: string | undefined;
  readonly dbBytes: number | undefined;
  /** How far its log is applied; 64 bits. */
  readonly raftIndex: bigint | undefined;
}

/** A cluster as one host sees it. */
export interface Cluster {
  readonly members: readonly Member[];
  /** Such as `NOSPACE`; each stops writes until somebody disarms it. */
  readonly alarms: readonly string[];
}

/** Has been started and has joined: only then do members know where it serves clients. */
export const hasJoined = ({ clientUrls }: Member): boolean => clientUrls.length > 0;

/** The member that others reach under a peer URL; never found by a name or a part of one. */
export const memberAt = (members: readonly Member[], peerUrl: string): Member | undefined =>
  members.find(({ peerUrls }) => peerUrls.includes(peerUrl));

export const clientUrl = (address: string): string => `https://${hostPart(address)}:2379`;
export const peerUrl = (address: string): string => `https://${hostPart(address)}:2380`;

const hostPart = (address: string): string => (address.includes(":") ? `[${address}]` : address);
