import { text as readAll } from "node:stream/consumers";
import { ExitCode, InputError } from "../../errors.ts";
import { defaultLimits } from "../../inventory/limits.ts";
import { encrypt } from "../../vault/cipher.ts";
import { DEFAULT_LABEL, openText, type VaultKey, type VaultKeys } from "../../vault/keyring.ts";
import { askHere } from "../prompt.ts";
import { readFiles, requireEncrypted, STANDARD, type TextFile, writePrivate } from "./vault-file.ts";
import { noVaultFlags, type VaultFlags } from "./vault-flags.ts";
import { givesKeys, newKey, vaultKeys } from "./vault-keys.ts";

/** What `ts-play vault` is asked for on the command line. */
export interface VaultCommandFlags extends VaultFlags {
  readonly encryptVaultId?: string;
  readonly output?: string;
  readonly name?: string;
  readonly newVaultId?: string;
  readonly newVaultPasswordFile?: string;
}

/** `vault encrypt`: each file in its place, or one to `--output`. */
export async function encryptFiles(files: readonly string[], flags: VaultCommandFlags): Promise<number> {
  const plain = await readFiles(some(files));
  requireEncrypted(plain, false);
  const key = await keyToEncrypt(flags);
  for (const { file, text } of plain) requireFit(text, file);
  for (const { file, text } of plain) await writePrivate(target(file, files, flags), await sealed(text, key));
  return ExitCode.done;
}

/** `vault decrypt`: each file in its place, or one to `--output`. */
export async function decryptFiles(files: readonly string[], flags: VaultCommandFlags): Promise<number> {
  for (const { file, text } of await openFiles(some(files), keysOf(flags)))
    await writePrivate(target(file, files, flags), text);
  return ExitCode.done;
}

/** `vault view`. */
export async function viewFiles(files: readonly string[], flags: VaultCommandFlags): Promise<number> {
  for (const { text } of await openFiles(files, keysOf(flags))) process.stdout.write(text);
  return ExitCode.done;
}

/** `vault rekey`: all files are opened before the first is written. */
export async function rekeyFiles(files: readonly string[], flags: VaultCommandFlags): Promise<number> {
  const plain = await openFiles(files, keysOf(flags));
  const { newVaultId, newVaultPasswordFile } = flags;
  const wanted = {
    ...noVaultFlags,
    vaultId: newVaultId === undefined ? [] : [newVaultId],
    vaultPasswordFile: newVaultPasswordFile === undefined ? [] : [newVaultPasswordFile],
  };
  const key = await keyToEncrypt(wanted);
  for (const { file, text } of plain) requireFit(text, file);
  for (const { file, text } of plain) await writePrivate(file, await sealed(text, key));
  return ExitCode.done;
}

/** `vault encrypt-string`: a value for a YAML file, from the terminal or from standard input. */
export async function encryptString(words: readonly string[], flags: VaultCommandFlags): Promise<number> {
  if (words.length > 0) throw onCommandLine();
  const key = await keyToEncrypt(flags);
  const plain = (await askHere("the value")) ?? (await readAll(process.stdin)).replace(/\r?\n$/, "");
  if (plain === "") throw new InputError({ code: "VLT005", message: "there is nothing to encrypt" });
  requireFit(plain);
  const lines = (await sealed(plain, key)).trimEnd().split("\n");
  const start = flags.name === undefined ? "!vault |" : `${flags.name}: !vault |`;
  process.stdout.write(`${[start, ...lines.map((line) => `  ${line}`)].join("\n")}\n`);
  return ExitCode.done;
}

/** Opens files that are encrypted as a whole. Throws InputError with the problems of all of them. */
export async function openFiles(files: readonly string[], keys: VaultKeys): Promise<readonly OpenedFile[]> {
  const encrypted = await readFiles(files);
  requireEncrypted(encrypted, true);
  const opened = await Promise.all(encrypted.map(({ file, text }) => openText(text, { file }, keys)));
  const problems = opened.flatMap((one) => ("problem" in one ? [one.problem] : []));
  if (problems.length) throw new InputError(problems);
  return opened.flatMap((one, i) => ("problem" in one ? [] : [{ ...one, file: encrypted[i]!.file }]));
}

export interface OpenedFile extends TextFile {
  readonly key: VaultKey;
  readonly label: string | undefined;
}

/** The keys to open with; without a flag the password is asked for. */
export const keysOf = (flags: VaultFlags): VaultKeys =>
  vaultKeys(givesKeys(flags) ? flags : { ...flags, askVaultPass: true });

/** The key to encrypt with: the one that is named, or the only one there is. Throws InputError. */
export async function keyToEncrypt(flags: VaultCommandFlags): Promise<VaultKey> {
  const { encryptVaultId: wanted } = flags;
  if (!givesKeys(flags)) return newKey(wanted);
  const keys = await vaultKeys(flags)();
  const found = wanted === undefined ? keys : keys.filter(({ label }) => label === wanted);
  if (found.length === 1) return found[0]!;
  const labels = keys.map(({ label }) => label).join(", ");
  throw new InputError({
    code: "CLI003",
    message:
      wanted === undefined
        ? `there are several vault passwords (${labels}), and one of them encrypts`
        : `no single vault password has the label ${wanted}, only ${labels}`,
    fix: "name one: --encrypt-vault-id <label>",
  });
}

const sealed = (text: string, key: VaultKey): Promise<string> => encrypt(text, key.password, labelOf(key));

/** The label that is written into what a key encrypts; none for a key that was given without one. */
export const labelOf = ({ label }: VaultKey): string | undefined => (label === DEFAULT_LABEL ? undefined : label);

/** Four digits for a byte, and a line break after 80 of them. */
const GROWTH = 4.06;

/** Throws InputError for more text than an inventory reads again when it is encrypted. */
export function requireFit(text: string, file?: string): void {
  const most = Math.floor(defaultLimits.fileBytes / GROWTH);
  const bytes = Buffer.byteLength(text);
  if (bytes <= most) return;
  throw new InputError({
    code: "VLT010",
    ...(file === undefined ? {} : { place: { file } }),
    message: `there are ${bytes} bytes, and more than ${most} would be too large to be read again when they are encrypted`,
    fix: "split the file",
  });
}

const some = (files: readonly string[]): readonly string[] => (files.length ? files : [STANDARD]);

function target(file: string, files: readonly string[], { output }: VaultCommandFlags): string {
  if (output === undefined || files.length <= 1) return output ?? file;
  throw new InputError({
    code: "CLI006",
    message: "--output takes one file, and several are given",
    fix: "leave --output out: each file is written in its place",
  });
}

const onCommandLine = (): InputError =>
  new InputError({
    code: "CLI008",
    message: "a secret on the command line is seen by everybody on this machine",
    fix: "leave it out and type it, or give it by standard input",
  });
