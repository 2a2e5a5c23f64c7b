import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineInventory } from "../../runner/define/inventory.ts";
import { bindContract } from "../../runner/inventory/contract.ts";
import { selectHosts } from "../../runner/inventory/pattern.ts";
import { explainVar } from "../../runner/inventory/show.ts";
import { caught } from "./caught.ts";
import { loadWritten } from "./written.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/inventory.md"), "utf8");

/** The YAML examples as sets of files: each `# hosts.yaml` begins a new one. */
const inventories: Record<string, string>[] = [];
for (const [, content = ""] of page.matchAll(/```yaml\n([\s\S]*?)```/g)) {
  const path = /^# (\S+)/.exec(content)?.[1] ?? "";
  if (path === "hosts.yaml") inventories.push({});
  inventories.at(-1)![path] = content;
}
const texts = [...page.matchAll(/```text\n([\s\S]*?)\n```/g)].map(([, content]) => content);
const [first = {}, second = {}] = inventories;

const contract = defineInventory({
  groups: {
    loadbalancers: z.object({ priority: z.int().min(1).max(254) }),
    spares: z.object({}).meta({ optional: true }),
  },
  vars: z.object({ virtual_ip: z.ipv4() }),
});

test("the page has two inventories and three further files or texts", () => {
  expect([inventories.length, Object.keys(first).length, texts.length]).toEqual([2, 3, 2]);
});

test("the first inventory fits the contract that the page shows", async () => {
  const bound = bindContract(await loadWritten(first), contract);
  expect(bound.groups.loadbalancers.hosts.map(({ priority }) => priority)).toEqual([120, 90]);
});

test("the second one loads", async () => {
  expect([...(await loadWritten(second)).hosts.keys()]).toEqual(["gateway", "gateway-again", "inner", "here"]);
});

test("explain says what the page says", async () => {
  const inventory = await loadWritten(first);
  expect(explainVar(inventory.hosts.get("lb2")!, "priority")).toBe(texts[0]);
});

test("the error is the one that the page shows", async () => {
  const inventory = await loadWritten({
    ...first,
    "hosts.yaml": first["hosts.yaml"]!.replace("priority: 120", "priority: 300"),
  });
  expect((await caught(() => bindContract(inventory, contract))).join("\n")).toBe(texts[1]);
});

const patterns = [...page.matchAll(/^\| `([^`|]+)` \| ((?:lb|worker)[^|]*) \|$/gm)].map(
  ([, pattern = "", hosts = ""]) => [pattern, hosts] as const,
);

test("the page shows patterns", () => {
  expect(patterns.length).toBeGreaterThan(10);
});

test.each(patterns)("%s selects what the page says", async (pattern, hosts) => {
  expect(selectHosts(await loadWritten(first), pattern)).toEqual(hosts.split(" "));
});
