import type { UnitState } from "ts-play";
import { type Cluster, hasJoined, type Member, peerUrl } from "../etcd/member.ts";
import type { EtcdMember } from "../etcd/vars.ts";
import { newestVerified, type Store } from "../etcd-backup/store.ts";
import type { Soundness } from "../etcd-restore/intent.ts";
import type { Bucket, MemberStatus, Metrics } from "./report.ts";

/** What is still right. */
export interface Bounds {
  /** Share of the quota, in percent. */
  readonly maxDbPercent: number;
  /** Share of the database that is free inside of it, in percent; asked of databases above 100 MiB only. */
  readonly maxFreePercent: number;
  readonly maxSyncMs: number;
  /** Entries of the log. */
  readonly maxLag: number;
}

const MIB = 1024 ** 2;
/** Of fewer syncs the slowest hundredth says nothing. */
const ENOUGH_SYNCS = 100;

export function unitFindings({ active, sub, file }: UnitState): readonly string[] {
  return [
    ...(active === "active" ? [] : [`etcd does not run: its unit is ${active} (${sub})`]),
    ...(file === "enabled" ? [] : [`etcd would not start at boot: its unit is ${file || "not there"}`]),
  ];
}

/** What is wrong with the cluster as a whole; the same on every host. */
export function clusterFindings(
  cluster: Cluster | undefined,
  statuses: readonly MemberStatus[],
  wanted: readonly EtcdMember[],
  { maxLag }: Pick<Bounds, "maxLag">,
): readonly string[] {
  if (cluster === undefined) return ["no member answers"];
  const { members, alarms } = cluster;
  return [
    ...members.flatMap(memberFinding),
    ...listFindings(members, wanted),
    ...agreement(members, statuses),
    ...lagFindings(members, statuses, maxLag),
    ...alarms.map((alarm) => `alarm ${alarm}: writes are refused until its cause is gone and it was disarmed`),
  ];
}

const called = ({ name, peerUrls }: Pick<Member, "name" | "peerUrls">): string => name || peerUrls.join(", ");

function memberFinding(member: Member): readonly string[] {
  if (!hasJoined(member)) return [`${called(member)} has been added and never started`];
  if (!member.healthy) return [`${called(member)} does not answer, or sees no majority`];
  return member.learner ? [`${called(member)} is a learner still, and has no vote`] : [];
}

function listFindings(members: readonly Member[], wanted: readonly EtcdMember[]): readonly string[] {
  const urls = wanted.map(({ address }) => peerUrl(address));
  return [
    ...members
      .filter(({ peerUrls }) => !peerUrls.some((url) => urls.includes(url)))
      .map((member) => `${called(member)} is a member, and not in the inventory`),
    ...wanted
      .filter(({ address }) => !members.some(({ peerUrls }) => peerUrls.includes(peerUrl(address))))
      .map(({ name }) => `${name} is in the inventory, and no member`),
  ];
}

/** All that answer must have one leader, in one term, and one version. */
function agreement(members: readonly Member[], statuses: readonly MemberStatus[]): readonly string[] {
  const leaders = new Set(statuses.map(({ leader }) => leader));
  const terms = new Set(statuses.map(({ term }) => term));
  const versions = [...new Set(members.flatMap(({ version = "" }) => (version ? [version] : [])))];
  return [
    ...(leaders.has("0") ? ["a member knows of no leader"] : []),
    ...(leaders.size > 1 && !leaders.has("0") ? ["the members do not agree on who leads"] : []),
    ...(terms.size > 1 ? [`the members are in different terms: ${[...terms].join(", ")}`] : []),
    ...(versions.length > 1 ? [`the members run different versions: ${versions.toSorted().join(", ")}`] : []),
  ];
}

function lagFindings(members: readonly Member[], statuses: readonly MemberStatus[], maxLag: number): readonly string[] {
  const furthest = statuses.reduce((most, { index }) => (index > most ? index : most), 0n);
  return statuses
    .filter(({ index }) => furthest - index > BigInt(maxLag))
    .map(({ endpoint, index }) => {
      const name = members.find(({ clientUrls }) => clientUrls.includes(endpoint))?.name ?? endpoint;
      return `${name} is ${furthest - index} entries of the log behind, the bound is ${maxLag}`;
    });
}

/** What is wrong with the host's own member. */
export function metricsFindings(metrics: Metrics | undefined, bounds: Bounds): readonly string[] {
  if (metrics === undefined) return ["its metrics do not answer; curl or wget is needed to ask"];
  const { dbBytes, dbInUseBytes, quotaBytes, syncs } = metrics;
  const used = percent(dbBytes, quotaBytes);
  const free = percent(dbBytes - dbInUseBytes, dbBytes);
  const sync = quantileMs(syncs, 0.99);
  return [
    ...(used > bounds.maxDbPercent
      ? [
          `its database takes ${used} % of its quota (${mib(dbBytes)} of ${mib(quotaBytes)} MiB), the bound is ${bounds.maxDbPercent} %: compact and defragment, or raise the quota`,
        ]
      : []),
    ...(dbBytes > 100 * MIB && free > bounds.maxFreePercent
      ? [
          `${free} % of its database is free inside of it (${mib(dbBytes)} MiB in all), the bound is ${bounds.maxFreePercent} %: defragment it`,
        ]
      : []),
    ...(sync !== undefined && sync > bounds.maxSyncMs
      ? [
          `its disk is slow: since its start one sync in a hundred took more than ${sync.toFixed(1)} ms, the bound is ${bounds.maxSyncMs} ms`,
        ]
      : []),
  ];
}

const percent = (part: number, whole: number): number => (whole > 0 ? Math.round((100 * part) / whole) : 0);
const mib = (bytes: number): number => Math.round(bytes / MIB);

/** The latency that this share of all stays below, spread evenly inside of a bucket; undefined where there are too few. */
export function quantileMs(buckets: readonly Bucket[], share: number): number | undefined {
  const total = buckets.at(-1)?.count ?? 0;
  if (total < ENOUGH_SYNCS) return undefined;
  const rank = share * total;
  const at = buckets.findIndex(({ count }) => count >= rank);
  const below = buckets[at - 1] ?? { upToMs: 0, count: 0 };
  const { upToMs, count } = buckets[at]!;
  // Beyond the last bound nothing is known but that it is more.
  if (upToMs === Number.POSITIVE_INFINITY) return below.upToMs;
  return below.upToMs + ((upToMs - below.upToMs) * (rank - below.count)) / (count - below.count);
}

const HOUR_MS = 3_600_000;

/** Whether there is a backup that somebody could restore from tomorrow. */
export function backupFindings(store: Store, newest: Soundness, maxHours: number): readonly string[] {
  const last = newestVerified(store);
  if (last === undefined) return ["there is no verified backup"];
  const hours = Math.round((store.now - last.at) / HOUR_MS);
  return [
    ...(store.now - last.at > maxHours * HOUR_MS
      ? [`the newest verified backup, ${last.name}, is ${hours} hours old, the bound is ${maxHours}`]
      : []),
    ...(newest.fault === undefined ? [] : [newest.fault]),
  ];
}
