import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { access, constants, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ExitCode, InputError } from "../../errors.ts";
import { encrypt } from "../../vault/cipher.ts";
import { keysOf, keyToEncrypt, labelOf, openFiles, requireFit, type VaultCommandFlags } from "./vault-command.ts";
import { writePrivate } from "./vault-file.ts";

/** In memory, so that nothing of it stays on a disk. */
const MEMORY = "/dev/shm";

/** `vault edit`: the text in an editor; what it leaves is encrypted as before. A file that is not there is made. */
export async function editFile(file: string, flags: VaultCommandFlags): Promise<number> {
  const before = await readFile(file, "utf8").catch(absent);
  const plain = await contentOf(file, before, flags);
  const folder = await mkdtemp(join(await memoryOrDisk(), "ts-play-vault-"));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", forget);
  try {
    const path = join(folder, basename(file));
    await writeFile(path, plain.text, { mode: 0o600 });
    await edit(path, file);
    const after = await readFile(path, "utf8");
    if (after === plain.text) process.stderr.write(`${file}: nothing was changed\n`);
    else await keep(after, { file, before, seal: plain.seal });
  } finally {
    process.off("exit", forget);
    await rm(folder, { recursive: true, force: true });
  }
  return ExitCode.done;
}

/** What is edited, and how it is encrypted again. */
async function contentOf(file: string, before: string | undefined, flags: VaultCommandFlags) {
  if (before === undefined) {
    const key = await keyToEncrypt(flags);
    return { text: "", seal: (text: string) => encrypt(text, key.password, labelOf(key)) };
  }
  const [opened] = await openFiles([file], keysOf(flags));
  const { text, key, label } = opened!;
  return { text, seal: (changed: string) => encrypt(changed, key.password, label) };
}

/** What is pressed at the terminal is for the editor; what would end this process ends the editor first. */
async function edit(path: string, file: string): Promise<void> {
  const { VISUAL, EDITOR } = process.env;
  const editor = VISUAL || EDITOR || "vi";
  const child = spawn("/bin/sh", ["-c", `exec ${editor} "$1"`, "sh", path], { stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  const leave = () => undefined;
  process.on("SIGINT", leave).on("SIGTERM", pass).on("SIGHUP", pass);
  const [code] = (await once(child, "exit").finally(() =>
    process.off("SIGINT", leave).off("SIGTERM", pass).off("SIGHUP", pass),
  )) as [number | null];
  if (code !== 0)
    throw new InputError({
      code: "VLT009",
      place: { file },
      message: `the editor ${JSON.stringify(editor)} ended with ${code ?? "a signal"}, so nothing was changed`,
      fix: "set EDITOR to one that waits and ends with 0",
    });
}

interface Edited {
  readonly file: string;
  readonly before: string | undefined;
  readonly seal: (text: string) => Promise<string>;
}

/** Writes the new text; when it cannot be, an encrypted copy stays and is told. */
async function keep(text: string, { file, before, seal }: Edited): Promise<void> {
  const encrypted = await seal(text);
  try {
    requireFit(text, file);
    if ((await readFile(file, "utf8").catch(absent)) !== before)
      throw new InputError({ code: "VLT009", place: { file }, message: "it was changed by somebody else meanwhile" });
    await writePrivate(file, encrypted);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const copy = await writeCopy(basename(file), encrypted, [tmpdir(), MEMORY]);
    const told = `the new text is not lost: it is, encrypted, in ${copy}`;
    throw new InputError(
      cause.problems.map((problem) => ({ ...problem, fix: problem.fix ? `${problem.fix}; ${told}` : told })),
      cause,
    );
  }
}

/** In the first folder that takes it: a disk that is full may be the reason why there must be a copy. */
async function writeCopy(name: string, text: string, [folder = "", ...others]: readonly string[]): Promise<string> {
  try {
    const copy = join(await mkdtemp(join(folder, "ts-play-vault-")), name);
    await writeFile(copy, text, { mode: 0o600 });
    return copy;
  } catch (error) {
    if (others.length === 0) throw error;
    return writeCopy(name, text, others);
  }
}

const memoryOrDisk = (): Promise<string> =>
  access(MEMORY, constants.W_OK).then(
    () => MEMORY,
    () => tmpdir(),
  );

/** Other errors are told when the file is opened as an encrypted one. */
const absent = (error: NodeJS.ErrnoException): string | undefined => (error.code === "ENOENT" ? undefined : "");
