import type { z } from "zod";

/** What a playbook has against an inventory whose values are right one by one, and not together. */
export interface InventoryObjection {
  readonly message: string;
  /** What to write instead, without a full stop. */
  readonly fix: string;
  /** The variable that is to be changed; where the file has it, that is the place which is told. */
  readonly variable?: string;
  /** The host that is to be changed. */
  readonly host?: string;
  /** The group that is to be changed. */
  readonly group?: string;
}

/** An inventory that a playbook makes no plays for. */
export class InventoryRefusal extends Error {
  readonly objections: readonly InventoryObjection[];

  constructor(objections: readonly InventoryObjection[]) {
    super(objections.map(({ message, fix }) => `${message}: ${fix}`).join("\n"));
    this.name = "InventoryRefusal";
    this.objections = objections;
  }
}

/** Ends the making of plays, with all objections at once; does nothing where there are none. No host has been contacted then. Throws InventoryRefusal. */
export function refuseInventory(objections: readonly [InventoryObjection, ...InventoryObjection[]]): never;
export function refuseInventory(objections: readonly InventoryObjection[]): void;
export function refuseInventory(objections: readonly InventoryObjection[]): void {
  if (objections.length > 0) throw new InventoryRefusal(objections);
}

export type Placed = Omit<InventoryObjection, "message"> & Partial<InventoryObjection>;

/** What a role's schema has against values that come from an inventory; `placed` says of the path of a wrong one what is to be changed there, perhaps in better words. */
export const schemaObjections = (
  schema: z.ZodType,
  given: unknown,
  placed: (path: string) => Placed,
): readonly InventoryObjection[] =>
  (schema.safeParse(given).error?.issues ?? []).map(({ message, path }) => ({ message, ...placed(path.join(".")) }));
