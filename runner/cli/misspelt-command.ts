import { existsSync } from "node:fs";
import { nearest } from "../define/nearest.ts";
import { InputError } from "../errors.ts";

/** Throws InputError for a word that was taken for a playbook, but looks like a command and is no file. */
export function refuseMisspeltCommand(playbook: string, commands: readonly string[]): void {
  if (!/^[a-z-]+$/i.test(playbook) || existsSync(playbook)) return;
  const meant = nearest(playbook, commands);
  throw new InputError({
    code: "CLI001",
    message: `"${playbook}" is neither a command nor a playbook${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`,
    fix: meant === undefined ? "give the path of a playbook, or see ts-play --help" : `write ts-play ${meant}`,
  });
}
