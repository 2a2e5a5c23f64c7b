import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Inventory, loadInventory } from "../../runner/inventory/load.ts";
import { selectHosts } from "../../runner/inventory/pattern.ts";
import { inventoryGraph, inventoryJson } from "../../runner/inventory/show.ts";
import { caught } from "./caught.ts";

/** expected.json was written by ansible-core 2.19.14: `ansible-inventory --list`, and `ansible --list-hosts` for the patterns. */
const fixtures = join(import.meta.dirname, "fixtures");

interface AnsibleGroup {
  readonly hosts?: string[];
  readonly children?: string[];
}
type AnsibleList = { readonly _meta: { readonly hostvars: Record<string, unknown> } } & Record<string, AnsibleGroup>;

const expectedOf = <T>(name: string): T => JSON.parse(readFileSync(join(fixtures, name, "expected.json"), "utf8")) as T;

const loadFixture = (name: string): Promise<Inventory> => {
  const folder = join(fixtures, name);
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  return loadInventory({ files: files.sort().map((file) => join(folder, file)), extraVars: [] });
};

/** Hosts without variables and groups without members are left out by Ansible. */
const nonEmpty = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => Object.keys(value as object).length > 0));

const names = readdirSync(fixtures).filter(
  (name) => name !== "patterns" && existsSync(join(fixtures, name, "expected.json")),
);

describe("agrees with ansible-inventory --list", () => {
  test("on at least eight inventories", () => {
    expect(names.length).toBeGreaterThanOrEqual(8);
  });

  test.each(names)("%s", async (name) => {
    const { _meta, ...groups } = expectedOf<AnsibleList>(name);
    const { _meta: ourMeta, ...ourGroups } = inventoryJson(await loadFixture(name)) as AnsibleList;

    expect(nonEmpty(ourMeta.hostvars as Record<string, unknown>)).toEqual(
      nonEmpty(_meta.hostvars as Record<string, unknown>),
    );
    expect(ourGroups).toEqual({ ...groups, all: { children: childrenOf(groups.all, ourGroups.ungrouped) } });
  });
});

/** Ansible lists `ungrouped` under `all` even when it is empty. */
const childrenOf = (all: AnsibleGroup | undefined, ungrouped: AnsibleGroup | undefined): string[] =>
  (all?.children ?? []).filter((child) => child !== "ungrouped" || ungrouped !== undefined);

describe("selects the hosts that ansible --list-hosts does", () => {
  const expected = expectedOf<Record<string, string[]>>("patterns");

  test.each(Object.entries(expected).filter(([, hosts]) => hosts.length > 0))("%s", async (pattern, hosts) => {
    expect(selectHosts(await loadFixture("patterns"), pattern)).toEqual(hosts);
  });

  test.each(Object.entries(expected).filter(([, hosts]) => hosts.length === 0))(
    "%s is an error, because it selects none",
    async (pattern) => {
      const inventory = await loadFixture("patterns");
      expect((await caught(() => selectHosts(inventory, pattern)))[0]).toMatch(/^error CLI004: /);
    },
  );
});

test("draws the tree as ansible-inventory --graph does", async () => {
  const graph = inventoryGraph(await loadFixture("simple"));
  expect(graph).toBe(readFileSync(join(fixtures, "simple", "graph.txt"), "utf8").trimEnd());
});
