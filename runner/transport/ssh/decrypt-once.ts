import { createHash } from "node:crypto";
import type { ParseKey } from "./private-key.ts";

/**
 * A parser that opens an encrypted key once, however many hosts it logs into: what a passphrase is made into is slow on
 * purpose (bcrypt, 16 rounds or more), and holds up everything else meanwhile.
 */
export function decryptOnce<Parsed>(parse: ParseKey<Parsed>): ParseKey<Parsed> {
  const opened = new Map<string, ReturnType<ParseKey<Parsed>>>();
  return (bytes, passphrase) => {
    if (passphrase === undefined) return parse(bytes);
    const name = createHash("sha256").update(bytes).update(passphrase).digest("hex");
    const known = opened.get(name) ?? parse(bytes, passphrase);
    opened.set(name, known);
    return known;
  };
}
