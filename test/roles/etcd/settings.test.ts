import { describe, expect, test } from "vitest";
import { bootstrapFlags, environmentFile, etcdFlags, minors } from "../../../roles/etcd/settings.ts";

const given = {
  name: "etcd1",
  address: "10.0.0.4",
  dataDir: "/var/lib/etcd",
  pki: "/etc/etcd/pki",
  metricsPort: 2381,
  heartbeatMs: 100,
  electionMs: 1000,
  quotaGiB: 8,
  snapshotCount: 10_000,
  compactionHours: 8,
} as const;

describe.each(minors)("etcd %s", (minor) => {
  const flags = etcdFlags({ ...given, minor });

  test("wants a certificate of everybody, and answers without one on this host's metrics port alone", () => {
    expect(flags).toMatchObject({
      "client-cert-auth": "true",
      "peer-client-cert-auth": "true",
      "trusted-ca-file": "/etc/etcd/pki/ca.crt",
      "peer-trusted-ca-file": "/etc/etcd/pki/ca.crt",
      "listen-client-urls": "https://10.0.0.4:2379,https://127.0.0.1:2379",
      "listen-metrics-urls": "http://127.0.0.1:2381",
    });
    const urls = Object.entries(flags).filter(([flag]) => flag.endsWith("-urls") && flag !== "listen-metrics-urls");
    for (const [, value] of urls) expect(value).not.toContain("http://");
  });

  test("what only a member without data reads is not among what a restart changes", () => {
    expect(Object.keys(flags).filter((flag) => flag.startsWith("initial-"))).toEqual([]);
  });
});

test("each version has its own words for a check of its data at the start", () => {
  const of = (minor: (typeof minors)[number]) => etcdFlags({ ...given, minor });
  expect(of("3.4")).toMatchObject({ "experimental-initial-corrupt-check": "true", "pre-vote": "true" });
  expect(of("3.5")).toMatchObject({ "experimental-initial-corrupt-check": "true", "tls-min-version": "TLS1.2" });
  expect(of("3.6")).toMatchObject({ "feature-gates": "InitialCorruptCheck=true" });
  expect(Object.keys(of("3.6")).filter((flag) => flag.startsWith("experimental"))).toEqual([]);
  expect(Object.keys(of("3.4"))).not.toContain("tls-min-version");
});

test("a quota of 8 GiB in bytes, IPv6 in brackets, a log folder of its own, no compaction", () => {
  const flags = etcdFlags({ ...given, minor: "3.5", address: "2001:db8::4", walDir: "/wal", compactionHours: 0 });
  expect(flags).toMatchObject({
    "quota-backend-bytes": "8589934592",
    "listen-peer-urls": "https://[2001:db8::4]:2380",
    "wal-dir": "/wal",
    "auto-compaction-retention": "0",
  });
});

test("all founders are named, each under its own peer URL", () => {
  const members = [1, 2, 3].map((n) => ({ name: `etcd${n}`, address: `10.0.0.${n}` }));
  expect(bootstrapFlags({ address: "10.0.0.2", members, token: "prod", state: "new" })).toEqual({
    "initial-advertise-peer-urls": "https://10.0.0.2:2380",
    "initial-cluster": "etcd1=https://10.0.0.1:2380,etcd2=https://10.0.0.2:2380,etcd3=https://10.0.0.3:2380",
    "initial-cluster-token": "prod",
    "initial-cluster-state": "new",
  });
});

test("flags become variables of an environment file", () => {
  expect(environmentFile({ "data-dir": "/var/lib/etcd", name: "etcd1" })).toBe(
    "# Kept by ts-play.\nETCD_DATA_DIR=/var/lib/etcd\nETCD_NAME=etcd1\n",
  );
});
