import { expect, test } from "vitest";
import { etcdRestorable } from "../../../roles/etcd-restore/restorable.ts";

const HOUR_MS = 3_600_000;
const begun = {
  token: "etcd-1",
  backup: "etcd-20261125T220509Z",
  begunAt: Date.UTC(2026, 10, 26),
  revision: "8",
  keys: "3",
  sizeBytes: 20_480,
  sha256: "0".repeat(64),
};
const looked = (hoursLater: number) =>
  etcdRestorable({
    cluster: "etcd",
    confirmed: "etcd",
    force: false,
    intent: begun,
    backup: { name: begun.backup, verified: true, now: begun.begunAt + hoursLater * HOUR_MS },
    client: { endpoints: ["https://10.0.0.4:2379"], pki: "/etc/etcd/pki" },
    dataDir: "/var/lib/etcd",
  });
const current = { cluster: undefined, mark: undefined };

test("a restore that has begun is gone on with for a day, by the clock of the look at the control machine", () => {
  expect(looked(23).plan(current, false)).toEqual([]);
  expect(() => looked(25).plan(current, false)).toThrow(
    "a restore of etcd-20261125T220509Z was begun at 2026-11-26T00:00:00.000Z and never ended",
  );
});
