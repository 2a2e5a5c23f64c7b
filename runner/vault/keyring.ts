import type { Secret } from "../define/secret.ts";
import type { Place, Problem } from "../errors.ts";
import { decrypt } from "./cipher.ts";
import { type Envelope, readEnvelope } from "./envelope.ts";

/** A password, and the label of what it was made for (`dev` of `--vault-id dev@file`). */
export interface VaultKey {
  readonly label: string;
  readonly password: Secret;
}

/** The label of a password that was given without one. */
export const DEFAULT_LABEL = "default";

/** The passwords that are given; asked for when the first encrypted text is met. Throws InputError. */
export type VaultKeys = () => Promise<readonly VaultKey[]>;

export const noKeys: VaultKeys = () => Promise.resolve([]);

/** What was encrypted, the key that opened it, and the label that it bears; or why it could not be had. */
export type Opened =
  | { readonly text: string; readonly key: VaultKey; readonly label: string | undefined }
  | { readonly problem: Problem };

/** Opens an encrypted text: the keys of its own label first, then all others. `place` is where it begins. */
export async function openText(text: string, place: Place, keys: VaultKeys): Promise<Opened> {
  const envelope = readEnvelope(text);
  if ("message" in envelope) return { problem: damaged(envelope.message, atLine(place, envelope.line)) };
  const given = await keys();
  if (given.length === 0) return { problem: noPassword(envelope, place) };
  for (const key of byLabel(given, envelope)) {
    const plain = await decrypt(envelope, key.password);
    if (plain === "not text") return { problem: damaged("what is encrypted here is not text in UTF-8", place) };
    if (plain !== undefined) return { text: plain, key, label: envelope.label };
  }
  return { problem: noneFits(envelope, given, place) };
}

const byLabel = (keys: readonly VaultKey[], { label }: Envelope): readonly VaultKey[] =>
  keys.toSorted((one, other) => Number(other.label === label) - Number(one.label === label));

/** A value inside a file has its own position; a whole file is told line by line. */
const atLine = (place: Place, line: number): Place => (place.line === undefined ? { ...place, line } : place);

const damaged = (message: string, place: Place): Problem => ({
  code: "VLT003",
  place,
  message,
  fix: "put it back from a backup, or encrypt it anew: ts-play vault encrypt",
});

const labelled = ({ label }: Envelope): string => (label === undefined ? "" : ` with the vault id ${label}`);

const noPassword = (envelope: Envelope, place: Place): Problem => ({
  code: "VLT001",
  place,
  message: `this is encrypted${labelled(envelope)}, and no vault password is given`,
  fix: envelope.label === undefined ? "--vault-password-file <file>, or -J" : `--vault-id ${envelope.label}@<file>`,
});

const noneFits = (envelope: Envelope, keys: readonly VaultKey[], place: Place): Problem => ({
  code: "VLT002",
  place,
  message: `this is encrypted${labelled(envelope)}, and ${tried(keys)} not open it: another password, or it was changed`,
  fix:
    envelope.label === undefined || keys.some(({ label }) => label === envelope.label)
      ? "give the password that it was encrypted with"
      : `give its password: --vault-id ${envelope.label}@<file>`,
});

const tried = (keys: readonly VaultKey[]): string =>
  keys.length === 1
    ? `the password${keys[0]!.label === DEFAULT_LABEL ? "" : ` of ${keys[0]!.label}`} does`
    : `the passwords of ${keys.map(({ label }) => label).join(", ")} do`;
