import { formatProblem } from "../errors.ts";
import type { Inventory } from "../inventory/inventory.ts";

/** Says on standard error what of an inventory was tolerated. */
export function tellNotes({ notes }: Inventory): void {
  for (const note of notes) process.stderr.write(`${formatProblem(note).replace(": error ", ": note ")}\n`);
}
