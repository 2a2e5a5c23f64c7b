import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { corrected, nearest } from "../define/nearest.ts";
import { describe } from "./data-node.ts";
import type { Layer } from "./draft.ts";
import type { InventoryLimits } from "./limits.ts";
import type { ProblemList } from "./problem-list.ts";
import { readSource } from "./source-text.ts";
import { checkVariables } from "./variable-check.ts";
import type { Vaulted } from "./vaulted.ts";
import { readYaml } from "./yaml-document.ts";

/** The variables of each name in a folder such as `group_vars/`, the weakest layer first. */
export type VarsFolder = ReadonlyMap<string, readonly Layer[]>;

interface Context {
  readonly limits: InventoryLimits;
  readonly problems: ProblemList;
  readonly vaulted: Vaulted;
}

const EXTENSIONS = /\.(ya?ml|json)$/;
const FILES_AT_ONCE = 32;

/**
 * Reads `<directory>/<kind>/`: for each wanted name a file `name`, `name.yaml`, `name.yml` or `name.json`, or a folder of such files
 * in the order of their names. Files for other names are left alone, with a note when the name looks misspelt.
 */
export async function readVarsFolder(
  directory: string,
  kind: "group_vars" | "host_vars",
  wanted: ReadonlyMap<string, unknown>,
  context: Context,
): Promise<VarsFolder> {
  const folder = join(directory, kind);
  const found = new Map<string, string[]>();
  for (const { name } of (await list(folder)) ?? []) {
    const owner = wanted.has(name) ? name : name.replace(EXTENSIONS, "");
    if (wanted.has(owner)) found.set(owner, [...(found.get(owner) ?? []), name]);
    else noteMisspelt(join(folder, name), owner, wanted.keys(), context.problems);
  }
  return readAll(folder, found, context);
}

async function readAll(
  folder: string,
  found: ReadonlyMap<string, readonly string[]>,
  context: Context,
): Promise<VarsFolder> {
  const read = new Map<string, readonly Layer[]>();
  const owners = [...found];
  for (let start = 0; start < owners.length; start += FILES_AT_ONCE) {
    const some = owners.slice(start, start + FILES_AT_ONCE);
    const layers = await Promise.all(some.map(([, names]) => readOwner(folder, names, context)));
    for (const [index, [owner]] of some.entries()) read.set(owner, layers[index]!);
  }
  return read;
}

async function readOwner(folder: string, names: readonly string[], context: Context): Promise<readonly Layer[]> {
  const [first, second] = names.map((name) => join(folder, name));
  if (second) {
    const message = `the same variables can come from ${first} and from this, and Ansible would read only one of them`;
    context.problems.add({ code: "INV004", place: { file: second }, message, fix: "keep one of them" });
    return [];
  }
  const layers: Layer[] = [];
  for (const file of await filesOf(first!)) layers.push(...(await readLayer(file, context)));
  return layers;
}

/** The file itself, or the files of a folder in the order of their names; hidden and backup files are skipped, as Ansible does. */
async function filesOf(path: string): Promise<string[]> {
  const entries = await list(path);
  if (!entries) return [path];
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    if (entry.name.startsWith(".") || entry.name.endsWith("~")) continue;
    if (entry.isDirectory()) files.push(...(entry.name.includes(".") ? [] : await filesOf(inner)));
    else if (EXTENSIONS.test(entry.name) || !entry.name.includes(".")) files.push(inner);
  }
  return files;
}

async function readLayer(file: string, context: Context): Promise<Layer[]> {
  const { limits, problems, vaulted } = context;
  const source = await vaulted.open(await readSource(file, limits, problems), problems);
  const root = source && readYaml(source, context);
  if (!root || (root.kind === "scalar" && root.value === null)) return [];
  if (root.kind !== "map") {
    const message = `a file of variables is a mapping, not ${describe(root)}`;
    problems.add({ code: "INV025", place: root.place, message, fix: "write lines such as `name: value`" });
    return [];
  }
  checkVariables(root.entries.values(), problems);
  return [{ label: file, entries: root.entries }];
}

/** A folder's entries; undefined when it is absent or not a folder. */
async function list(path: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function noteMisspelt(file: string, owner: string, wanted: Iterable<string>, problems: ProblemList): void {
  const meant = nearest(owner, wanted, 1);
  // web1 and web2 differ by one character on purpose.
  if (!meant || meant.replace(/\d+/g, "") === owner.replace(/\d+/g, "")) return;
  const words = corrected(`no group or host is called "${owner}", so this is not read`, meant, "");
  problems.note({ code: "INV005", place: { file }, ...words });
}
