import { Vault } from "ansible-vault";
import { reveal, type Secret } from "../define/secret.ts";
import type { Envelope } from "./envelope.ts";

/** A text with U+FFFD was not UTF-8 before: the library gives text only. */
const NO_TEXT = "\ufffd";

/** What is in an envelope; undefined when the password is another one, or what was encrypted has been changed. */
export async function decrypt({ text }: Envelope, password: Secret): Promise<string | "not text" | undefined> {
  try {
    const plain = await new Vault({ password: reveal(password) }).decrypt(text, undefined);
    return plain?.includes(NO_TEXT) ? "not text" : plain;
  } catch {
    // The envelope is whole, so the checksum did not fit.
    return undefined;
  }
}

/** Encrypts a text, in the format that has a label when there is one. */
export async function encrypt(plain: string, password: Secret, label: string | undefined): Promise<string> {
  const text = await new Vault({ password: reveal(password) }).encrypt(plain, label ?? "");
  return `${text}\n`;
}
