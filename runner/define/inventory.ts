import type { z } from "zod";
import type { Group, Host } from "./host.ts";

/** What a playbook needs from an inventory: groups with the properties of their hosts, and values of the whole cluster. */
export interface InventoryContract<
  G extends Record<string, z.ZodObject> = Record<string, z.ZodObject>,
  V extends z.ZodObject = z.ZodObject,
> {
  readonly groups: G;
  readonly vars: V;
}

/** The inventory as a playbook sees it: checked, typed. */
export interface InventoryOf<G extends Record<string, z.ZodObject>, V extends z.ZodObject> {
  readonly groups: { readonly [K in keyof G]: Group<Host<Properties<G[K]>>> };
  /** Values from `all: vars:` (and `-e`). */
  readonly vars: Properties<V>;
}

/** To zod `z.object({})` says that every property is `never`, also a host's name; here it asks for nothing. */
type Properties<S extends z.ZodObject> = z.output<S> extends Record<string, never> ? object : z.output<S>;

/**
 * Declares what a playbook needs from `hosts.yaml`; unknown variables of the file are left alone.
 * A group that the file lacks is an error unless its schema is marked with `.meta({ optional: true })`.
 */
export function defineInventory<const G extends Record<string, z.ZodObject>, V extends z.ZodObject>(contract: {
  readonly groups: G;
  readonly vars: V;
}): InventoryContract<G, V> {
  return Object.freeze({ ...contract });
}
