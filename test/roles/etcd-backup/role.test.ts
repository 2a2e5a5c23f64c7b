import { expect, test } from "vitest";
import type { Cluster, Member } from "../../../roles/etcd/member.ts";
import { etcdBackup, etcdBackupRetention, sourceIn } from "../../../roles/etcd-backup/role.ts";
import { madeHere } from "../../../runner/index.ts";
import { FakeHost } from "../../../runner/testing/index.ts";

const member = (name: string, changes: Partial<Member> = {}): Member => ({
  id: name,
  name,
  peerUrls: [`https://${name}:2380`],
  clientUrls: [`https://${name}:2379`],
  learner: false,
  healthy: true,
  leader: false,
  version: "3.4.23",
  dbBytes: 20_480,
  raftIndex: 10n,
  ...changes,
});

const cluster = (...members: readonly Member[]): Cluster => ({ members, alarms: [] });

test.each([
  ["nobody where nobody answers", undefined, undefined],
  ["a follower rather than the leader", cluster(member("a", { leader: true }), member("b")), "b"],
  ["the furthest follower", cluster(member("a"), member("b", { raftIndex: 12n }), member("c", { leader: true })), "b"],
  ["the leader when no other is healthy", cluster(member("a", { healthy: false }), member("b", { leader: true })), "b"],
  ["no learner", cluster(member("a", { learner: true }), member("b", { leader: true })), "b"],
  ["nobody without a majority", cluster(member("a", { healthy: false }), member("b", { healthy: false })), undefined],
])("the snapshot is asked of %s", (_, seen, name) => {
  expect(sourceIn(seen)).toEqual(name === undefined ? [] : [`https://${name}:2380`]);
});

const host = { name: "etcd1", address: "10.0.0.1" };
const look = (urls: readonly string[]) => madeHere({ label: "source", look: async () => urls, make: async () => urls });
const common = (urls: readonly string[]) => ({
  members: [
    { name: "etcd1", address: "10.0.0.1" },
    { name: "etcd2", address: "10.0.0.2" },
  ],
  of: look(urls),
  folder: "backups",
});
const own = ["https://10.0.0.1:2380"];

const written = (fake: FakeHost) => {
  fake.setFile(
    "/var/lib/etcd-backup/manifest.json",
    JSON.stringify({
      cluster: "etcd",
      clusterId: "1",
      member: "etcd1",
      takenAt: "2026-11-25T22:05:09Z",
      etcdVersion: "3.4.23",
      revision: "32",
      keys: "29",
      sizeBytes: 8,
      sha256: "2d".repeat(32),
      verified: true,
      reason: "",
    }),
  );
  fake.setFile("/var/lib/etcd-backup/etcd.db", "snapshot");
  return fake;
};

test("a backup is brought away before it is rehearsed, and its manifest again after; then nothing is due", async () => {
  const fake = written(new FakeHost(host));
  const { steps } = await fake.apply(etcdBackup(common(own)));
  expect(steps).toEqual([
    "take a snapshot of etcd, and look that it is whole",
    "fetch /var/lib/etcd-backup/etcd.db to <etcd-<time>>",
    "fetch /var/lib/etcd-backup/manifest.json to <etcd-<time>>",
    "restore the snapshot into a scratch member, and compare revision and keys",
    "fetch /var/lib/etcd-backup/manifest.json to <etcd-<time>>",
    "remove the snapshot from the host",
  ]);
  expect([...fake.control.files.keys()].map((path) => path.replace(/\d{8}T\d{6}Z/, "<time>"))).toEqual([
    "backups/etcd-<time>.db",
    "backups/etcd-<time>.json",
  ]);
  expect((await fake.apply(etcdBackup(common(own)))).steps).toEqual([]);
});

test("only the host whose member is asked takes one", async () => {
  const fake = new FakeHost(host);
  expect((await fake.apply(etcdBackup(common(["https://10.0.0.2:2380"])))).steps).toEqual([]);
  expect((await fake.apply(etcdBackupRetention(common(["https://10.0.0.2:2380"])))).steps).toEqual([]);
});

test("no healthy member is a refusal that says what to do", async () => {
  const { failure } = await new FakeHost(host).attempt(etcdBackup(common([])));
  expect(failure?.message).toContain("none is healthy");
});

test("retention removes what is superseded from the control machine", async () => {
  const fake = written(new FakeHost(host));
  for (const day of ["20", "21", "22"]) {
    fake.control.files.set(`backups/etcd-202611${day}T000000Z.db`, "snapshot");
    fake.control.files.set(
      `backups/etcd-202611${day}T000000Z.json`,
      JSON.stringify({
        cluster: "etcd",
        clusterId: "1",
        member: "etcd1",
        takenAt: "",
        etcdVersion: "3.4.23",
        revision: "1",
        keys: "1",
        sizeBytes: 8,
        sha256: "2d".repeat(32),
        verified: true,
        reason: "",
      }),
    );
  }
  const retention = etcdBackupRetention({ ...common(own), keep: 2 });
  expect((await fake.apply(retention)).steps).toEqual([
    "remove backups/etcd-20261120T000000Z.json of this machine",
    "remove backups/etcd-20261120T000000Z.db of this machine",
  ]);
  expect((await fake.apply(retention)).steps).toEqual([]);
  expect(fake.control.files.size).toBe(4);
});
