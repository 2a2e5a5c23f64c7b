import { Group } from "ts-play";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import remove from "../../../playbooks/etcd-remove.ts";
import { etcdInventoryVars } from "../../../roles/etcd/cluster.ts";
import { memberObjections } from "../../../roles/etcd/inventory-objections.ts";

const schema = z.object(etcdInventoryVars);
const group = (...addresses: readonly string[]) =>
  new Group(
    "etcd",
    addresses.map((address, i) => ({ name: `etcd${i + 1}`, address })),
  );
const told = (hosts: Group, vars: object = {}) => memberObjections(hosts, schema.parse(vars));
const three = group("192.0.2.1", "192.0.2.2", "192.0.2.3");

describe("an etcd cluster that the inventory alone tells not to stand", () => {
  test("has members", () => {
    expect(told(three)).toEqual([]);
    expect(told(group())).toMatchObject([{ message: "there is no member of etcd", group: "etcd" }]);
  });
  test("has an address for each", () =>
    expect(told(group("192.0.2.1", "192.0.2.1"))).toMatchObject([
      { message: "etcd1 and etcd2 have the same address 192.0.2.1", host: "etcd2" },
    ]));
  test("elects after five heartbeats at least", () =>
    expect(told(three, { etcd_election_ms: 400 })).toMatchObject([{ variable: "etcd_election_ms" }]));
  test("knows the hash of what it installs", () => {
    const source = { kind: "release", version: "3.6.1", mirrors: ["https://example.com"] };
    expect(told(three, { etcd_source: source })).toMatchObject([
      { message: "no SHA-256 of etcd 3.6.1 is given", variable: "etcd_source" },
    ]);
    const known = { "3.6.1": { amd64: "a".repeat(64) } };
    expect(told(three, { etcd_source: source, etcd_checksums: known })).toEqual([]);
  });
  test("keeps no member that leaves", () => {
    const groups = { etcd: three, former_etcd: new Group("former_etcd", [{ ...three.hosts[0]!, gone: false }]) };
    const vars = { ...schema.parse({}), etcd_delete_data: false };
    expect(() => remove.plays({ groups, vars })).toThrow("etcd1 is in etcd and in former_etcd");
  });
});

test.each([
  [{ etcd_certificate_days: 9999 }, "<=3650"],
  [{ etcd_snapshot_count: 5 }, ">=1000"],
  [{ etcd_heartbeat_ms: 1 }, ">=10"],
  [{ etcd_data_dir: "data" }, "absolute"],
])("%j is refused where it stands", (vars, words) =>
  expect(schema.safeParse(vars).error?.issues[0]?.message).toContain(words),
);
