import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Lies in the package, seen from the built file or from the source. */
const folder = ["../starter/", "../../../starter/"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

/** Names that a package cannot hold, or that mean something inside one. */
const RENAMED = [
  [/^gitignore$/, ".gitignore"],
  [/^github\//, ".github/"],
] as const;

/** The files of a new project, by their paths in it. */
export async function starterFiles(): Promise<Readonly<Record<string, string>>> {
  if (folder === undefined) throw new Error("the package has no starter/");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.toSorted().map(async (file) => [placeOf(relative(folder, file)), await readFile(file, "utf8")]);
  return Object.fromEntries(await Promise.all(read));
}

const placeOf = (path: string): string =>
  RENAMED.reduce((place, [stored, real]) => place.replace(stored, real), path.replaceAll("\\", "/"));
