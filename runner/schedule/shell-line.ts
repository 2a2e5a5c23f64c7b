import { quote } from "../define/quote.ts";
import { credentialPath } from "./credential.ts";
import type { Program } from "./systemd-units.ts";

/** A command line for a POSIX shell; credentials lie where `path` says, in text that the shell still expands. */
export const shellLine = (program: Program, command: readonly string[], path: (name: string) => string): string =>
  [
    ...program.map((word) => quote(word)),
    ...command.map((word) => credentialPath(word, (name) => `"${path(name)}"`) ?? quote(word)),
  ].join(" ");
