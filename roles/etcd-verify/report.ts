import { defineProbe, sh } from "ts-play";
import { type Client, clusterScript, PATIENCE_MS, readCluster, saidOf } from "../etcd/cluster-probe.ts";
import { parseExactly } from "../etcd/etcdctl-json.ts";
import type { Cluster } from "../etcd/member.ts";

/** What a member says of itself when it is asked for its status; numbers of 64 bits are text. */
export interface MemberStatus {
  readonly endpoint: string;
  readonly leader: string;
  readonly term: string;
  readonly index: bigint;
}

/** Latencies since a start: how many took up to so many ms. */
export interface Bucket {
  readonly upToMs: number;
  readonly count: number;
}

export interface Metrics {
  readonly dbBytes: number;
  readonly dbInUseBytes: number;
  readonly quotaBytes: number;
  /** fdatasync of the log, in ascending order; the last is all of them. */
  readonly syncs: readonly Bucket[];
}

/** A cluster as one host sees it, and that host's own member by its metrics. */
export interface Report {
  readonly cluster: Cluster | undefined;
  readonly statuses: readonly MemberStatus[];
  /** Undefined when they do not answer, or the host has neither curl nor wget. */
  readonly metrics: Metrics | undefined;
}

interface Place extends Client {
  readonly metricsPort: number;
}

const WANTED = "^etcd_(disk_wal_fsync_duration_seconds_bucket|mvcc_db_total_size|server_quota_backend_bytes)";
const MARK = "-- metrics";

export const etcdReport = defineProbe<Place, Report>({
  name: "etcdReport",
  summary: "Members of etcd with leader, term and index, and the host's own member by its metrics.",
  command: ({ metricsPort, ...client }) => sh`${clusterScript(client)}
echo ${MARK}
u=http://127.0.0.1:${metricsPort}/metrics
{ curl -sSf --max-time 10 "$u" || wget -qO- -T 10 "$u"; } 2>/dev/null | grep -E ${WANTED}`,
  parse: ({ stdout }) => parseReport(stdout),
  bare: () => ({ cluster: undefined, statuses: [], metrics: undefined }),
  timeoutMs: PATIENCE_MS,
});

export function parseReport(output: string): Report {
  const [asked = "", metrics = ""] = output.split(`${MARK}\n`);
  return {
    cluster: readCluster(asked),
    statuses: parseStatuses(saidOf(asked, "status")),
    metrics: parseMetrics(metrics),
  };
}

interface Reported {
  readonly Endpoint: string;
  readonly Status: { readonly leader?: string; readonly raftTerm?: string; readonly raftAppliedIndex?: string };
}

function parseStatuses(text: string): readonly MemberStatus[] {
  if (!text.startsWith("[")) return [];
  return (parseExactly(text) as readonly Reported[]).map(({ Endpoint, Status }) => ({
    endpoint: Endpoint,
    leader: Status.leader ?? "0",
    term: Status.raftTerm ?? "0",
    index: BigInt(Status.raftAppliedIndex ?? 0),
  }));
}

function parseMetrics(text: string): Metrics | undefined {
  const values = text.split("\n").flatMap((line) => {
    const [, name, bound, value] = /^(\w+)(?:\{le="([^"]+)"\})? (\S+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, bound, value: Number(value) }];
  });
  const one = (name: string) => values.find((each) => each.name === name)?.value ?? 0;
  const syncs = values.flatMap(({ bound, value }) =>
    bound === undefined
      ? []
      : [{ upToMs: bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound) * 1000, count: value }],
  );
  return values.length === 0
    ? undefined
    : {
        dbBytes: one("etcd_mvcc_db_total_size_in_bytes"),
        dbInUseBytes: one("etcd_mvcc_db_total_size_in_use_in_bytes"),
        quotaBytes: one("etcd_server_quota_backend_bytes"),
        syncs,
      };
}
