import type { z } from "zod";
import type { Gate } from "./gate.ts";
import type { Group, Host } from "./host.ts";
import type { InventoryContract, InventoryOf } from "./inventory.ts";
import type { RoleCall } from "./role.ts";

/** How many hosts at once: a number, a part of the group, or a growing list (`[1, "10%", "100%"]`: canary first). */
export type BatchSize = number | `${number}%`;

/** One phase of a playbook; a barrier follows it. */
export interface Play {
  readonly title: string;
  readonly on: Group;
  readonly batch: readonly BatchSize[];
  /** More failed hosts than this end the run after the batch. */
  readonly maxFailures: BatchSize;
  /** How often a host that failed or was lost is tried again from its start. */
  readonly retries: number;
  readonly gates: readonly Gate[];
  readonly tags: readonly string[];
  roles(host: Host): readonly RoleCall[];
}

export interface PlayDefinition<H extends Host> {
  readonly title: string;
  readonly on: Group<H>;
  /** Default: all hosts at once. */
  readonly batch?: BatchSize | readonly BatchSize[];
  /** Default 0: the first failure stops the run at the end of its batch. */
  readonly maxFailures?: BatchSize;
  /** Default 0. */
  readonly retries?: number;
  readonly gates?: readonly Gate[];
  readonly tags?: readonly string[];
  readonly roles: readonly RoleCall[] | ((host: H) => readonly RoleCall[]);
}

/** Makes a play: roles on a group. */
export function play<H extends Host>(definition: PlayDefinition<H>): Play {
  const { title, on, batch = "100%", maxFailures = 0, retries = 0, gates = [], tags = [], roles } = definition;
  return Object.freeze({
    title,
    on,
    batch: [batch].flat() as readonly BatchSize[],
    maxFailures,
    retries,
    gates,
    tags,
    roles: (host: Host) => (typeof roles === "function" ? roles(host as H) : roles),
  });
}

/** What a playbook file exports by default. */
export interface Playbook {
  readonly kind: "playbook";
  readonly summary: string;
  readonly inventory: InventoryContract;
  plays(inventory: InventoryOf<Record<string, z.ZodObject>, z.ZodObject>): readonly Play[];
}

/** Defines a playbook: what it needs from the inventory, and the plays it makes of it. */
export const definePlaybook = <G extends Record<string, z.ZodObject>, V extends z.ZodObject>(definition: {
  readonly summary: string;
  readonly inventory: InventoryContract<G, V>;
  readonly plays: (inventory: InventoryOf<G, V>) => readonly Play[];
}): Playbook => Object.freeze({ kind: "playbook", ...definition }) as unknown as Playbook;

export const isPlaybook = (value: unknown): value is Playbook =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "playbook";
