import type { z } from "zod";
import type { InventoryContract } from "../define/inventory.ts";
import type { Secret } from "../define/secret.ts";
import type { SecretSource } from "../define/secret-source.ts";
import type { Entry } from "./data-node.ts";
import type { Inventory, InventoryHost, Vars } from "./inventory.ts";
import { overlay } from "./resolve.ts";
import { isSecretSchema, metaOf } from "./secret-schema.ts";

/** Looks for a secret: gives it and where it was found, or nothing when no source has it. Throws InputError. */
export type AskSource = (
  name: string,
  source: SecretSource,
  needed: boolean,
) => Promise<{ readonly value: Secret; readonly from: string } | undefined>;

/**
 * The inventory with the secrets that a contract takes from elsewhere and that no file has; each source is asked once.
 * With `every` also the other secrets that are missing are asked for.
 */
export async function fillSecrets(
  inventory: Inventory,
  { groups, vars }: InventoryContract,
  ask: AskSource,
  every = false,
): Promise<Inventory> {
  const filler = new Filler(ask, every);
  const filled = { ...inventory, vars: await filler.fill(inventory.vars, vars) };
  const hosts = new Map<string, InventoryHost>(inventory.hosts);
  for (const [name, schema] of Object.entries(groups))
    for (const member of inventory.groups.get(name)?.hosts ?? []) {
      const host = hosts.get(member)!;
      hosts.set(member, { ...host, vars: await filler.fill(host.vars, schema) });
    }
  return { ...filled, hosts, secrets: [...inventory.secrets, ...filler.secrets] };
}

class Filler {
  readonly secrets: Secret[] = [];
  readonly #ask: AskSource;
  readonly #every: boolean;
  readonly #known = new Map<string, Entry | undefined>();

  constructor(ask: AskSource, every: boolean) {
    this.#ask = ask;
    this.#every = every;
  }

  async fill(vars: Vars, schema: z.ZodObject): Promise<Vars> {
    const entries = new Map<string, Entry>();
    for (const [name, inner] of Object.entries(schema.shape) as [string, z.ZodType][]) {
      const source = this.#sourceOf(inner);
      const entry = source && !vars.has(name) ? await this.#entry(name, source, inner) : undefined;
      if (entry) entries.set(name, entry);
    }
    return overlay(vars, [{ label: "outside of the inventory", entries }]);
  }

  #sourceOf(schema: z.ZodType): SecretSource | undefined {
    const source = metaOf(schema, "secretSource") as SecretSource | undefined;
    return source ?? (this.#every && isSecretSchema(schema, []) ? {} : undefined);
  }

  async #entry(name: string, source: SecretSource, schema: z.ZodType): Promise<Entry | undefined> {
    const key = JSON.stringify([name, source]);
    if (this.#known.has(key)) return this.#known.get(key);
    const found = await this.#ask(name, source, !schema.safeParse(undefined).success);
    const entry = found && entryOf(name, found.value, found.from);
    if (found) this.secrets.push(found.value);
    this.#known.set(key, entry);
    return entry;
  }
}

function entryOf(key: string, value: Secret, from: string): Entry {
  const place = { file: from };
  return { key, place, node: { kind: "scalar", place, value, written: "", plain: false } };
}
