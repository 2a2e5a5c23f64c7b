import type { Cluster, Member } from "./member.ts";

/**
 * JSON of etcdctl, with every whole number as text: ids, terms and indices have 64 bits, and JSON.parse would round them
 * silently. Strings are matched as well, so that digits inside of them stay as they are.
 */
export function parseExactly(text: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return JSON.parse(text.replace(tokens, (token) => (/^-?\d+$/.test(token) ? `"${token}"` : token)));
}

/** What `member list`, `endpoint health` and `endpoint status` said, each with `-w json`; the last two may say nothing. */
export function parseCluster(list: string, health: string, status: string): Cluster {
  const { members = [] } = parseExactly(list) as { members?: readonly Listed[] };
  const healths = parsedList<Health>(health);
  const statuses = parsedList<Reported>(status);
  return {
    members: members.map((listed) => memberOf(listed, healths, statuses)),
    alarms: [...new Set(statuses.flatMap(({ Status }) => Status.errors ?? []).flatMap(alarmName))],
  };
}

interface Listed {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs?: readonly string[];
  readonly clientURLs?: readonly string[];
  readonly isLearner?: boolean;
}

interface Health {
  readonly endpoint: string;
  readonly health: boolean;
}

interface Reported {
  readonly Endpoint: string;
  readonly Status: {
    readonly header: { readonly member_id: string };
    readonly version?: string;
    readonly dbSize?: string;
    readonly leader?: string;
    readonly raftAppliedIndex?: string;
    readonly errors?: readonly string[];
  };
}

const parsedList = <T>(text: string): readonly T[] =>
  text.startsWith("[") ? (parseExactly(text) as readonly T[]) : [];

function memberOf(listed: Listed, healths: readonly Health[], statuses: readonly Reported[]): Member {
  const { ID, name = "", peerURLs = [], clientURLs = [], isLearner = false } = listed;
  const status = statuses.find(({ Status }) => Status.header.member_id === ID)?.Status;
  return {
    id: BigInt(ID).toString(16),
    name,
    peerUrls: peerURLs,
    clientUrls: clientURLs,
    learner: isLearner,
    // A learner refuses linearizable reads, so that it answers at all is its health.
    healthy: isLearner ? status !== undefined : healths.some((one) => one.health && clientURLs.includes(one.endpoint)),
    leader: status?.leader === ID,
    version: status?.version,
    dbBytes: status?.dbSize === undefined ? undefined : Number(status.dbSize),
    raftIndex: status?.raftAppliedIndex === undefined ? undefined : BigInt(status.raftAppliedIndex),
  };
}

/** From `memberID:10276657743932975437 alarm:NOSPACE `, or an error in words. */
const alarmName = (text: string): string => /alarm:(\w+)/.exec(text)?.[1] ?? text.trim();
