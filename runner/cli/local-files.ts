import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { FileEntry, Incoming } from "../define/control-machine.ts";

/** What does not stop others from being read: there is no such file or folder. */
const absent = (cause: unknown): boolean => (cause as NodeJS.ErrnoException).code === "ENOENT";

/** The files of a folder, in the order of their names; none where there is no folder. */
export async function listFolder(folder: string): Promise<readonly FileEntry[]> {
  try {
    const found = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
    const names = found.map(({ name }) => name).sort();
    return await Promise.all(names.map(async (name) => ({ name, sizeBytes: (await stat(join(folder, name))).size })));
  } catch (cause) {
    if (absent(cause)) return [];
    throw cause;
  }
}

/** SHA-256 in hex; undefined when there is no such file. */
export async function hashFile(path: string): Promise<string | undefined> {
  try {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
  } catch (cause) {
    if (absent(cause)) return undefined;
    throw cause;
  }
}

/** Writes beside the target and renames when all is there, on the disk and as announced; otherwise nothing is left. */
export async function receiveFile(path: string, incoming: Incoming): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `${basename(path)}.${randomBytes(6).toString("hex")}.part`);
  const file = await open(temporary, "wx", 0o600);
  try {
    await writeAll(file, incoming).finally(() => file.close());
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(file: FileHandle, { chunks, sizeBytes, sha256 }: Incoming): Promise<void> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
    await file.writeFile(chunk);
  }
  if (size !== sizeBytes) throw new Error(`${size} bytes came, ${sizeBytes} were announced`);
  if (hash.digest("hex") !== sha256)
    throw new Error("what came has another SHA-256: the file changed while it was read");
  await file.sync();
}

/** Only then does the name of a new file survive a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
