import { corrected, nearest } from "../define/nearest.ts";
import { InputError } from "../errors.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { graphCommand } from "./list-commands.ts";

/** What is told when the inventory has no host of this name. */
export const unknownHost = (host: string, inventory: Inventory, files: readonly string[]): InputError =>
  new InputError({
    code: "CLI004",
    ...corrected(`no host is called "${host}"`, nearest(host, inventory.hosts.keys()), `see ${graphCommand(files)}`),
  });
