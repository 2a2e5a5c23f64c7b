import { describe, expect, test } from "vitest";
import type { Cluster, Member } from "../../../roles/etcd/member.ts";
import type { Store } from "../../../roles/etcd-backup/store.ts";
import {
  backupFindings,
  clusterFindings,
  metricsFindings,
  quantileMs,
  unitFindings,
} from "../../../roles/etcd-verify/findings.ts";
import { type MemberStatus, parseReport } from "../../../roles/etcd-verify/report.ts";
import { member } from "../etcd/member.ts";

const status = (n: number, changes: Partial<MemberStatus> = {}): MemberStatus => ({
  endpoint: `https://10.0.0.${n}:2379`,
  leader: "1",
  term: "2",
  index: 5000n,
  ...changes,
});
const three = [member(1), member(2), member(3)];
const statuses = [status(1), status(2), status(3)];
const wanted = [1, 2, 3].map((n) => ({ name: `etcd${n}`, address: `10.0.0.${n}` }));
const found = (members: readonly Member[], said = statuses, alarms: Cluster["alarms"] = []) =>
  clusterFindings({ members, alarms }, said, wanted, { maxLag: 1000 });

describe("of the cluster", () => {
  test.each([
    ["nothing when all is well", found(three), []],
    ["nobody answers", clusterFindings(undefined, [], wanted, { maxLag: 1000 }), ["no member answers"]],
    [
      "a member is down",
      found([member(1), member(2), member(3, { healthy: false, version: undefined })], statuses.slice(0, 2)),
      ["etcd3 does not answer, or sees no majority"],
    ],
    [
      "a member was added and never started",
      found([member(1), member(2), member(3, { name: "", clientUrls: [], healthy: false })]),
      ["https://10.0.0.3:2380 has been added and never started"],
    ],
    [
      "a learner",
      found([member(1), member(2), member(3, { learner: true })]),
      ["etcd3 is a learner still, and has no vote"],
    ],
    [
      "list and inventory differ",
      found([member(1), member(2), member(4)]),
      ["etcd4 is a member, and not in the inventory", "etcd3 is in the inventory, and no member"],
    ],
    [
      "two leaders, two terms",
      found(three, [status(1), status(2, { leader: "2", term: "3" }), status(3)]),
      ["the members do not agree on who leads", "the members are in different terms: 2, 3"],
    ],
    ["no leader", found(three, [status(1), status(2), status(3, { leader: "0" })]), ["a member knows of no leader"]],
    [
      "two versions",
      found([member(1), member(2, { version: "3.5.21" }), member(3)]),
      ["the members run different versions: 3.4.23, 3.5.21"],
    ],
    [
      "one lags behind",
      found(three, [status(1), status(2, { index: 3999n }), status(3, { index: 4000n })]),
      ["etcd2 is 1001 entries of the log behind, the bound is 1000"],
    ],
    [
      "an alarm",
      found(three, statuses, ["NOSPACE"]),
      ["alarm NOSPACE: writes are refused until its cause is gone and it was disarmed"],
    ],
  ])("%s", (_, is, expected) => {
    expect(is).toEqual(expected);
  });
});

const bounds = { maxDbPercent: 80, maxFreePercent: 50, maxSyncMs: 10, maxLag: 1000 };
const MIB = 1024 ** 2;
const metrics = { dbBytes: MIB, dbInUseBytes: MIB, quotaBytes: 1024 * MIB, syncs: [] };

describe("of a member", () => {
  test.each([
    ["nothing when all is well", metrics, []],
    ["metrics do not answer", undefined, ["its metrics do not answer; curl or wget is needed to ask"]],
    [
      "the quota is nearly used up",
      { ...metrics, dbBytes: 900 * MIB, dbInUseBytes: 800 * MIB },
      [
        "its database takes 88 % of its quota (900 of 1024 MiB), the bound is 80 %: compact and defragment, or raise the quota",
      ],
    ],
    [
      "a large database is mostly free",
      { ...metrics, dbBytes: 200 * MIB, dbInUseBytes: 50 * MIB },
      ["75 % of its database is free inside of it (200 MiB in all), the bound is 50 %: defragment it"],
    ],
    ["a small one may be", { ...metrics, dbBytes: 90 * MIB }, []],
    [
      "a slow disk",
      {
        ...metrics,
        syncs: [
          { upToMs: 8, count: 900 },
          { upToMs: 16, count: 980 },
          { upToMs: 32, count: 1000 },
        ],
      },
      ["its disk is slow: since its start one sync in a hundred took more than 24.0 ms, the bound is 10 ms"],
    ],
  ])("%s", (_, is, expected) => {
    expect(metricsFindings(is, bounds)).toEqual(expected);
  });

  test("of few syncs, or of those beyond the last bound, no more is said than is known", () => {
    expect(quantileMs([{ upToMs: 8, count: 99 }], 0.99)).toBeUndefined();
    expect(
      quantileMs(
        [
          { upToMs: 8, count: 50 },
          { upToMs: Number.POSITIVE_INFINITY, count: 100 },
        ],
        0.99,
      ),
    ).toBe(8);
    expect(quantileMs([{ upToMs: 1, count: 1000 }], 0.99)).toBeCloseTo(0.99);
  });

  test("its unit", () => {
    const unit = { active: "failed", sub: "failed", file: "disabled", load: "loaded" } as Parameters<
      typeof unitFindings
    >[0];
    expect(unitFindings(unit)).toEqual([
      "etcd does not run: its unit is failed (failed)",
      "etcd would not start at boot: its unit is disabled",
    ]);
  });
});

const store = (backups: readonly { at: number; verified: boolean }[]): Store => ({
  backups: backups.map((one) => ({ ...one, name: `etcd-${one.at}` })) as unknown as Store["backups"],
  rest: [],
  now: 100 * 3_600_000,
});

test.each([
  ["none", [], undefined, ["there is no verified backup"]],
  ["none that is verified", [{ at: 99 * 3_600_000, verified: false }], undefined, ["there is no verified backup"]],
  ["a young one", [{ at: 99 * 3_600_000, verified: true }], undefined, []],
  [
    "an old one",
    [{ at: 70 * 3_600_000, verified: true }],
    undefined,
    ["the newest verified backup, etcd-252000000, is 30 hours old, the bound is 26"],
  ],
  ["a damaged one", [{ at: 99 * 3_600_000, verified: true }], "it is damaged", ["it is damaged"]],
])("backups: %s", (_, backups, fault, expected) => {
  expect(backupFindings(store(backups), { name: "", verified: true, now: 0, ...(fault && { fault }) }, 26)).toEqual(
    expected,
  );
});

test("what the host says is read exactly, ids and terms of 64 bits included", () => {
  const list =
    '{"members":[{"ID":14373475857372444505,"name":"etcd1","peerURLs":["https://10.0.0.1:2380"],"clientURLs":["https://10.0.0.1:2379"]}]}';
  const health = '[{"endpoint":"https://10.0.0.1:2379","health":true,"took":"5ms"}]';
  const said =
    '[{"Endpoint":"https://10.0.0.1:2379","Status":{"header":{"member_id":14373475857372444505},"version":"3.4.23","dbSize":24576,"leader":14373475857372444505,"raftTerm":18446744073709551615,"raftAppliedIndex":9007199254740993}}]';
  const told = `etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} 11
etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} 37
etcd_mvcc_db_total_size_in_bytes 24576
etcd_mvcc_db_total_size_in_use_in_bytes 20480
etcd_server_quota_backend_bytes 8.589934592e+09
`;
  const {
    cluster,
    statuses: read,
    metrics: counted,
  } = parseReport(`list ${list}\nstatus ${said}\nhealth ${health}\n-- metrics\n${told}`);
  expect(cluster?.members[0]).toMatchObject({ id: "c778d8236a567759", healthy: true, leader: true });
  expect(read).toEqual([
    {
      endpoint: "https://10.0.0.1:2379",
      leader: "14373475857372444505",
      term: "18446744073709551615",
      index: 9007199254740993n,
    },
  ]);
  expect(counted).toEqual({
    dbBytes: 24_576,
    dbInUseBytes: 20_480,
    quotaBytes: 8_589_934_592,
    syncs: [
      { upToMs: 1, count: 11 },
      { upToMs: Number.POSITIVE_INFINITY, count: 37 },
    ],
  });
  expect(parseReport("list \n-- metrics\n")).toEqual({ cluster: undefined, statuses: [], metrics: undefined });
});
