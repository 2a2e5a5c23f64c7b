import { randomBytes } from "node:crypto";
import { chown, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { InputError, type Problem } from "../../errors.ts";
import { defaultLimits } from "../../inventory/limits.ts";
import { ProblemList } from "../../inventory/problem-list.ts";
import { readSource } from "../../inventory/source-text.ts";
import { isEncrypted } from "../../vault/envelope.ts";

const CODE = "VLT010";
/** More than an inventory reads: what grew too large for it under an editor can be had back. */
const LIMITS = { ...defaultLimits, fileBytes: 8 * defaultLimits.fileBytes };
const PRIVATE = 0o600;
/** Standard input or output in the place of a file. */
export const STANDARD = "-";

/** A file, and what stands in it. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** Reads text files, or standard input. Throws InputError with the problems of all of them. */
export async function readFiles(files: readonly string[]): Promise<readonly TextFile[]> {
  const problems = new ProblemList();
  const texts: TextFile[] = [];
  for (const file of files) {
    const source =
      file === STANDARD ? { file, text: await readAll(process.stdin) } : await readSource(file, LIMITS, problems, CODE);
    if (source) texts.push(source);
  }
  problems.throwIfAny();
  return texts;
}

/** Throws InputError for files that are encrypted, or are not, when the other is wanted. */
export function requireEncrypted(files: readonly TextFile[], wanted: boolean): void {
  const wrong = files.filter(({ text }) => isEncrypted(text) !== wanted);
  if (wrong.length) throw new InputError(wrong.map(({ file, text }) => otherwise(file, wanted, text)));
}

function otherwise(file: string, wanted: boolean, text: string): Problem {
  const place = { file };
  if (!wanted)
    return { code: "VLT008", place, message: "it is encrypted already", fix: "to change the password: vault rekey" };
  const inner = /!vault\b/.test(text) ? "; values inside it are, and stay as they are" : "";
  return { code: "VLT008", place, message: `it is not encrypted as a whole${inner}`, fix: "name an encrypted file" };
}

/** Writes a file whole, for its owner alone, and on the disk before the old one goes. A link stays one. Throws InputError. */
export async function writePrivate(given: string, text: string): Promise<void> {
  if (given === STANDARD) return void process.stdout.write(text);
  const file = await realpath(given).catch(() => given);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    const handle = await open(temporary, "wx", PRIVATE);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await keepOwner(file, temporary);
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    await rm(temporary, { force: true });
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new InputError({ code: CODE, place: { file: given }, message: `it cannot be written: ${reason}` }, cause);
  }
}

/** Root may edit a file of somebody else, whose it stays. */
async function keepOwner(file: string, temporary: string): Promise<void> {
  const before = await stat(file).catch(() => undefined);
  if (before && before.uid !== process.getuid?.()) await chown(temporary, before.uid, before.gid);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
