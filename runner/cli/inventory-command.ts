import { ExitCode } from "../errors.ts";
import { loadInventory } from "../inventory/load.ts";
import { inventorySchema } from "../inventory/schema.ts";
import { explainHost, hostJson, inventoryGraph, inventoryJson } from "../inventory/show.ts";
import type { RunFlags } from "./flags.ts";
import { loadPlaybook } from "./load-playbook.ts";
import { requireInventory } from "./require-inventory.ts";
import { secretsOf } from "./secrets-of.ts";
import { tellNotes } from "./tell-notes.ts";
import { unknownHost } from "./unknown-host.ts";
import { vaultForShowing } from "./vault/vault-keys.ts";

export interface InventoryFlags extends RunFlags {
  readonly graph?: boolean;
  readonly host?: string;
  readonly json?: boolean;
  readonly schema?: string;
  readonly playbook?: string;
}

/** `ts-play inventory`: the tree, one host, everything as JSON, or the schema of what a playbook needs. */
export async function inventoryCommand(flags: InventoryFlags): Promise<number> {
  process.stdout.write(`${await answer(flags)}\n`);
  return ExitCode.done;
}

const asJson = (value: object): string => JSON.stringify(value, undefined, 2);

async function answer(flags: InventoryFlags): Promise<string> {
  const { schema, host, json, playbook, inventory: files, extraVars } = flags;
  if (schema !== undefined) return asJson(inventorySchema((await loadPlaybook(schema)).playbook.inventory));
  requireInventory(files, "ts-play inventory -i hosts.yaml");
  const secrets = await secretsOf(playbook);
  const inventory = await loadInventory({ files, extraVars, vault: vaultForShowing(flags) });
  tellNotes(inventory);
  if (host === undefined) return json ? asJson(inventoryJson(inventory, secrets)) : inventoryGraph(inventory);
  const found = inventory.hosts.get(host);
  if (!found) throw unknownHost(host, inventory, files);
  return json ? asJson(hostJson(found, secrets)) : explainHost(found, secrets);
}
