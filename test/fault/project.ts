import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunEvent, TaskEnd } from "../../runner/report/event.ts";
import { latestRun, readJournal } from "../../runner/report/journal.ts";

const fixture = fileURLToPath(new URL("fixture/", import.meta.url));

/** A user's own folder with the playbooks of `fixture/`, outside of this repository. */
export interface Project {
  readonly folder: string;
  write(name: string, text: string | Uint8Array): Promise<string>;
  /** What the last run wrote down. */
  journal(): readonly RunEvent[];
  /** How each task ended in the last run, by its id; of many hosts, the last one's. */
  taskEnds(): ReadonlyMap<string, TaskEnd>;
  remove(): Promise<void>;
}

/** Makes a project; the caller removes it. */
export async function createProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "ts-play-fault-"));
  await cp(fixture, folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  const journal = () => {
    const file = latestRun(join(folder, ".ts-play"));
    return file === undefined ? [] : readJournal(file);
  };
  return {
    folder,
    journal,
    write: async (name, text) => {
      const path = join(folder, name);
      await writeFile(path, text, { mode: 0o600 });
      return path;
    },
    taskEnds: () =>
      new Map(journal().flatMap((event) => (event.type === "task-end" ? [[event.task, event] as const] : []))),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
