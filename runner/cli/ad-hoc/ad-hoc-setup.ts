import { reveal } from "../../define/secret.ts";
import { type Inventory, loadInventory } from "../../inventory/load.ts";
import { selectHosts } from "../../inventory/pattern.ts";
import { targetOf } from "../../inventory/target.ts";
import { Redactor } from "../../report/redact.ts";
import type { Target } from "../../transport/transport.ts";
import type { RunFlags } from "../flags.ts";
import { hostLists } from "../host-lists.ts";
import { retryOfExec } from "../past-runs.ts";
import { requireInventory } from "../require-inventory.ts";
import { connectionFlags } from "../run-setup.ts";
import { tellNotes } from "../tell-notes.ts";
import { vaultKeys } from "../vault/vault-keys.ts";

/** Hosts that are asked something outside of a playbook. */
export interface AdHocSetup {
  readonly inventory: Inventory;
  readonly hosts: readonly string[];
  readonly targetOf: (host: string) => Target;
  /** Knows what came out of a vault, and the passwords that log in. */
  readonly redactor: Redactor;
}

/** Loads the inventory and chooses its hosts; `example` is told when there is no inventory. Throws InputError. */
export async function setUpAdHoc(pattern: string, flags: RunFlags, example: string): Promise<AdHocSetup> {
  requireInventory(flags.inventory, example);
  const inventory = await loadInventory({
    files: flags.inventory,
    extraVars: flags.extraVars,
    vault: vaultKeys(flags),
  });
  tellNotes(inventory);
  const hosts = selectHosts(inventory, pattern, await hostLists(pattern, retryOfExec));
  const connection = await connectionFlags(flags);
  const reach = (name: string) => targetOf(inventory.hosts.get(name)!, inventory, connection);
  const redactor = new Redactor(inventory.secrets.map(reveal));
  for (const target of hosts.map(reach))
    for (const password of [target.password, target.become?.password]) if (password) redactor.add(password());
  return { inventory, hosts, targetOf: reach, redactor };
}
