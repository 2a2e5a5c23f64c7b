import { type InventoryObjection, InventoryRefusal } from "../define/inventory-refusal.ts";
import { InputError, type Place } from "../errors.ts";
import { mainFile } from "./contract.ts";
import type { Inventory } from "./inventory.ts";

/** What is made for an inventory; a refusal of that is told with the places in its files. Throws InputError (INV027). */
export function madeFor<T>(inventory: Inventory, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof InventoryRefusal)) throw cause;
    const problems = cause.objections.map((objection) => ({
      code: "INV027",
      place: placeOf(objection, inventory),
      message: objection.message,
      fix: objection.fix,
    }));
    throw new InputError(problems, cause);
  }
}

/** A variable that no file has belongs under `all`. */
function placeOf({ variable, host, group }: InventoryObjection, inventory: Inventory): Place {
  const written = variable === undefined ? undefined : inventory.vars.get(variable)?.keyPlace;
  const own = host === undefined ? undefined : inventory.hosts.get(host)?.place;
  const named = group === undefined ? undefined : inventory.groups.get(group)?.place;
  return written ?? own ?? named ?? inventory.groups.get("all")?.place ?? { file: mainFile(inventory) };
}
