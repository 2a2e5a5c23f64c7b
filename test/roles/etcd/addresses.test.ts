import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { defineInventory } from "../../../runner/define/inventory.ts";
import { bindContract } from "../../../runner/inventory/contract.ts";
import type { Inventory } from "../../../runner/inventory/load.ts";
import { caught } from "../../inventory/caught.ts";
import { loadWritten } from "../../inventory/written.ts";

/** Groups of the one inventory that carries etcd and Kubernetes. */
const CLUSTER = ["masters", "workers", "balancers", "etcd", "former_etcd"];

interface Contracted {
  readonly inventory: ReturnType<typeof defineInventory>;
}

const folder = join(import.meta.dirname, "../../../playbooks");

/** All playbooks and drills, by their files. */
const books: Record<string, Contracted> = {};

beforeAll(async () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  // Parts of drills bind nothing by themselves; it is in the drills that their contracts are seen.
  for (const file of files.filter((path) => !path.startsWith(join("drills", "parts")))) {
    const { default: book } = (await import(join(folder, file))) as { readonly default: Contracted };
    books[file] = book;
  }
}, 120_000);

const filesWith = (group: string) => Object.keys(books).filter((file) => group in books[file]!.inventory.groups);

const allGroups = () => [...new Set(Object.values(books).flatMap(({ inventory }) => Object.keys(inventory.groups)))];

/** An inventory with one host in each group that any playbook binds; a function says what is written of the n-th. */
const inventoryOf = (host: (n: number) => string): Promise<Inventory> =>
  loadWritten({
    "hosts.yaml": allGroups()
      .map((group, n) => `${group}: {hosts: {${hostOf(group)}: {${host(n)}}}}\n`)
      .join(""),
  });

const hostOf = (group: string) => `${group.replaceAll("_", "-")}-1`;

const bind = (file: string, hosts: Inventory) =>
  bindContract(hosts, defineInventory({ groups: books[file]!.inventory.groups, vars: z.object({}) })).groups;

/** By file: what it takes for the address of the group's host. */
const seen = (group: string, hosts: Inventory): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(filesWith(group).map((file) => [file, bind(file, hosts)[group]?.hosts[0]?.address]));

const everywhere = (group: string, address: string) =>
  Object.fromEntries(filesWith(group).map((file) => [file, address]));

const numberOf = (group: string) => allGroups().indexOf(group);

describe.each(CLUSTER)("every playbook that binds %s", (group) => {
  test("takes its own address, however ts-play reaches it", async () => {
    const hosts = await inventoryOf((n) => `ansible_host: 192.0.2.${n + 1}, kube_node_ip: 10.0.0.${n + 1}`);
    expect(seen(group, hosts)).toEqual(everywhere(group, `10.0.0.${numberOf(group) + 1}`));
  });

  test("takes where it is reached when nothing else is said", async () => {
    const hosts = await inventoryOf((n) => `ansible_host: 192.0.2.${n + 1}`);
    expect(seen(group, hosts)).toEqual(everywhere(group, `192.0.2.${numberOf(group) + 1}`));
  });

  test("refuses a name alone, with place and cure", async () => {
    const hosts = await inventoryOf((n) => `ansible_host: host${n}.example`);
    for (const file of filesWith(group))
      expect((await caught(() => bind(file, hosts))).join("\n")).toMatch(
        new RegExp(
          `hosts\\.yaml:\\d+:\\d+: error VAR005: the host is reached as host\\d+\\.example, and its roles need an address: the variable "kube_node_ip" is missing \\(host ${hostOf(group)}\\)\\. Fix: set it`,
        ),
      );
  });
});

test("no group, whatever its name, is read in two ways", async () => {
  const hosts = await inventoryOf((n) => `ansible_host: 192.0.2.${n + 1}, kube_node_ip: 10.0.0.${n + 1}`);
  const readings = (group: string) => new Set(Object.values(seen(group, hosts))).size;

  expect(allGroups().filter((group) => readings(group) !== 1)).toEqual([]);
});

test("all playbooks and drills of etcd and Kubernetes are among them", () => {
  const parts = ["", "-add", "-backup", "-remove", "-replace", "-restore", "-rotate-ca", "-verify"];
  const ofEtcd = parts.map((part) => `etcd${part}.ts`);

  expect(filesWith("etcd")).toEqual(
    expect.arrayContaining([...ofEtcd, "site.ts", "kubernetes-verify.ts", "drills/etcd/kill-leader.ts"]),
  );
  expect(filesWith("former_etcd").toSorted()).toEqual(["etcd-remove.ts", "etcd-replace.ts"]);
  expect(filesWith("masters").filter((file) => !filesWith("etcd").includes(file))).toEqual([]);
});
