import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A user's own folder with the playbooks that are beside this file, outside of this repository, and how it goes away. */
export async function projectFolder(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "ts-play-operations-"));
  await cp(import.meta.dirname, folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
