import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../errors.ts";
import type { HistoryEntry } from "./history.ts";

/** The file that keeps the drift of a playbook on an inventory, both by their absolute paths. */
export function historyFile(directory: string, playbook: string, inventory: readonly string[]): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([playbook, inventory]))
    .digest("hex")
    .slice(0, 8);
  return join(directory, "drift", `${basename(playbook).replace(/\.[cm]?[jt]s$/, "")}-${hash}.ndjson`);
}

/** The lines of a history, oldest first; none when there is no file. A last line that was cut off is left out. Throws InputError when another is damaged. */
export function readHistory(file: string): readonly HistoryEntry[] {
  const lines = textOf(file).split("\n");
  return lines.flatMap((line, at) => {
    if (line === "") return [];
    const entry = entryOf(line);
    if (entry === undefined && at < lines.length - 1) throw damaged(file, at + 1);
    return entry ?? [];
  });
}

/** Adds a line that survives a loss of power; its owner alone can read the file. */
export async function appendHistory(file: string, entry: HistoryEntry): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, "a+", 0o600);
  try {
    // What was cut off when its writer died must not swallow this line; it is kept out of the way by a line break.
    const { size } = await handle.stat();
    const last = size === 0 ? "\n" : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
    if (last !== "\n") await handle.truncate(textOf(file).lastIndexOf("\n") + 1);
    await handle.appendFile(`${JSON.stringify(entry)}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function entryOf(line: string): HistoryEntry | undefined {
  try {
    const value = JSON.parse(line) as Partial<HistoryEntry>;
    return value.v === 1 && Array.isArray(value.opened) && Array.isArray(value.closed)
      ? (value as HistoryEntry)
      : undefined;
  } catch {
    return undefined;
  }
}

const damaged = (file: string, line: number): InputError =>
  new InputError({
    code: "JRN003",
    place: { file, line },
    message: "this line of the drift history cannot be read",
    fix: "remove the line, or the file: then the dates begin anew",
  });
