import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import type { Candidate } from "./candidates.ts";

/** Files that end so, and folders, which lead on; hidden ones when a dot was typed. `/`: folders only. */
export async function pathCandidates(current: string, ending = ""): Promise<readonly Candidate[]> {
  const folder = /^.*\//s.exec(current)?.[0] ?? "";
  const entries = await readdir(real(folder), { withFileTypes: true }).catch(() => []);
  const hidden = current.slice(folder.length).startsWith(".");
  return entries
    .filter(({ name }) => hidden || (!name.startsWith(".") && name !== "node_modules"))
    .flatMap((entry) => {
      if (entry.isDirectory()) return [{ value: `${folder}${entry.name}/` }];
      return ending !== "/" && entry.name.endsWith(ending) ? [{ value: `${folder}${entry.name}` }] : [];
    });
}

const real = (folder: string): string =>
  folder === "" ? "." : folder.startsWith("~/") ? `${homedir()}${folder.slice(1)}` : folder;
