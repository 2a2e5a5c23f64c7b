import { createHash } from "node:crypto";
import { type RunFlags, selectionOf } from "./flags.ts";
import type { RunSetup } from "./run-setup.ts";
import { inventoryHash } from "./saved-plan.ts";

/** SHA-256 over what decides, beside the playbook, which tasks a host gets: the inventory's values, roles and the chosen tasks. */
export const choiceHash = ({ inventory }: Pick<RunSetup, "inventory">, flags: RunFlags): string =>
  createHash("sha256")
    .update(JSON.stringify([inventoryHash(inventory), flags.role, selectionOf(flags)]))
    .digest("hex");
