import { reveal, secret } from "../../define/secret.ts";
import { InputError } from "../../errors.ts";
import { DEFAULT_LABEL, type VaultKey, type VaultKeys } from "../../vault/keyring.ts";
import { askSecret } from "../prompt.ts";
import { passwordFrom } from "./password-source.ts";
import type { VaultFlags } from "./vault-flags.ts";

/** The vault passwords that the flags name. They are read, and asked for, once, and only when something encrypted is met. */
export function vaultKeys(flags: VaultFlags): VaultKeys {
  let known: Promise<readonly VaultKey[]> | undefined;
  return () => {
    known ??= readKeys(flags);
    return known;
  };
}

/** For those who show values: secrets are `***` anyway, so without a password what is encrypted stays closed. */
export const vaultForShowing = (flags: VaultFlags): VaultKeys | "leave" =>
  givesKeys(flags) ? vaultKeys(flags) : "leave";

export const givesKeys = ({ askVaultPass, vaultId, vaultPasswordFile }: VaultFlags): boolean =>
  askVaultPass || vaultId.length + vaultPasswordFile.length > 0;

/** One after the other: two of them may ask at the terminal. */
async function readKeys({ vaultId, vaultPasswordFile, askVaultPass }: VaultFlags): Promise<readonly VaultKey[]> {
  const keys: VaultKey[] = [];
  if (askVaultPass) keys.push(await askedKey(DEFAULT_LABEL));
  const files = vaultPasswordFile.map((source) => ({ label: DEFAULT_LABEL, source }));
  for (const { label, source } of [...vaultId.map(sourceOf), ...files])
    keys.push(
      source === "prompt"
        ? await askedKey(label)
        : { label, password: await passwordFrom(source, label === DEFAULT_LABEL ? undefined : label) },
    );
  return keys;
}

/** `dev@file`; without a label the whole is the source, as a path may be. */
function sourceOf(given: string): { readonly label: string; readonly source: string } {
  const at = given.indexOf("@");
  return at > 0
    ? { label: given.slice(0, at), source: given.slice(at + 1) }
    : { label: DEFAULT_LABEL, source: given.slice(at + 1) };
}

/** A new vault password, typed twice. Throws InputError without a terminal, and when the two differ. */
export async function newKey(label = DEFAULT_LABEL): Promise<VaultKey> {
  const key = await askedKey(label, "new vault password");
  const again = await askedKey(label, "the same again, vault password");
  if (reveal(key.password) === reveal(again.password)) return key;
  throw new InputError({ code: "CLI009", message: "the two passwords differ", fix: "type them again" });
}

/** A vault password that a person types. Throws InputError without a terminal. */
export async function askedKey(label: string, what = "vault password"): Promise<VaultKey> {
  const shown = label === DEFAULT_LABEL ? what : `${what} of ${label}`;
  const typed = await askSecret(shown, { ask: true, file: undefined, fileFlag: "--vault-password-file" });
  return { label, password: secret(typed?.() ?? "") };
}
