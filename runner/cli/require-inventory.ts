import { InputError } from "../errors.ts";

/** Throws InputError when no inventory was given. */
export function requireInventory(files: readonly string[], command: string): void {
  if (files.length === 0) throw new InputError({ code: "CLI003", message: "no inventory was given", fix: command });
}
