import { basename, dirname, extname } from "node:path";
import { noKeys, type VaultKeys } from "../vault/keyring.ts";
import { findAddressClashes } from "./address-clashes.ts";
import { settingOf } from "./connection-settings.ts";
import { InventoryDraft, type Layer } from "./draft.ts";
import { readExtraVars } from "./extra-vars.ts";
import { completeTree, findCycles, findDeepNesting } from "./group-tree.ts";
import { addHosts } from "./host-entry.ts";
import type { Inventory } from "./inventory.ts";
import { addInventoryFile, type DraftContext } from "./inventory-file.ts";
import { defaultLimits, type InventoryLimits } from "./limits.ts";
import { ProblemList } from "./problem-list.ts";
import { resolveInventory } from "./resolve.ts";
import { readSource, type SourceText } from "./source-text.ts";
import { readVarsFolder, type VarsFolder } from "./vars-files.ts";
import { Vaulted } from "./vaulted.ts";
import { readYaml } from "./yaml-document.ts";

export type { Inventory, InventoryGroup, InventoryHost, Origin, ResolvedVar, Vars } from "./inventory.ts";

/** What the command line says about the inventory. */
export interface InventorySource {
  /** Values of `-i`: file paths, or lists such as `host1,host2,`. */
  readonly files: readonly string[];
  /** Values of `-e`: `key=value`, `@file` or a JSON object. */
  readonly extraVars: readonly string[];
  /** The passwords of what is encrypted; "leave": nothing is opened, for those who need no values. */
  readonly vault?: VaultKeys | "leave";
  readonly limits?: Partial<InventoryLimits>;
}

/** Variables that stand outside the inventory files, the weakest layer first. */
export interface OuterVars {
  readonly groupVars: readonly VarsFolder[];
  readonly hostVars: readonly VarsFolder[];
  readonly extraVars: readonly Layer[];
}

/** Reads, merges and checks all inventory files. Throws InputError with the problems of all files at once. */
export async function loadInventory(source: InventorySource): Promise<Inventory> {
  const problems = new ProblemList();
  const vaulted = new Vaulted(source.vault ?? noKeys);
  const context = { draft: new InventoryDraft(), problems, limits: { ...defaultLimits, ...source.limits }, vaulted };
  for (const file of source.files) await addSource(file, context);
  const outer = await readOuterVars(source, context);
  await vaulted.openAll(problems);
  for (const cycle of findCycles(context.draft)) problems.add(cycle);
  problems.throwIfAny();
  requireHosts(source, context);
  completeTree(context.draft);
  const deep = findDeepNesting(context.draft, context.limits.depth);
  if (deep) problems.add(deep);
  problems.throwIfAny();
  const inventory = resolveInventory(context.draft, outer, { notes: problems.notes, secrets: vaulted.secrets });
  for (const clash of findAddressClashes(inventory)) problems.add(clash);
  problems.throwIfAny();
  return inventory;
}

/** How a host is reached is shown everywhere, also out of an inventory that was encrypted as a whole; its passwords are not. */
function isShown([, ...keys]: readonly string[]): boolean {
  const setting = settingOf.get(keys.at(-1) ?? "");
  return setting !== undefined && !setting.mayBeSecret && isVariable(keys);
}

/** Whether keys of a group lead to a variable of a host or a group; parts of a variable may be called as a setting is. */
function isVariable([section, ...keys]: readonly string[]): boolean {
  if (section === "children") return isVariable(keys.slice(1));
  return (section === "hosts" && keys.length === 2) || (section === "vars" && keys.length === 1);
}

async function addSource(given: string, context: DraftContext): Promise<void> {
  if (given.includes(",")) return addHostList(given, context);
  const read = await readSource(given, context.limits, context.problems);
  // Without its names there is nothing to show either.
  const source = await context.vaulted.open(read, context.problems, { needed: true });
  if (source && isIni(source)) return context.problems.add(iniProblem(given));
  const root = source && readYaml(source, { ...context, isShown });
  if (root && !(root.kind === "scalar" && root.value === null)) addInventoryFile(root, context);
}

/** `-i web1,web[2:4],` names hosts without a file; a single one is told from a path by its comma. */
function addHostList(given: string, context: DraftContext): void {
  const group = context.draft.group("ungrouped");
  for (const name of given.split(",").map((part) => part.trim())) {
    const place = { file: listName(given) };
    const node = { kind: "scalar", place, value: null, written: "", plain: true } as const;
    if (name !== "") addHosts(group, { key: name, place, node }, context);
  }
}

const MAX_SHOWN = 40;

/** A list in the place of a file, as it was written. */
const listName = (given: string): string =>
  `-i "${given.length > MAX_SHOWN ? `${given.slice(0, MAX_SHOWN)}...` : given}"`;

async function readOuterVars({ files, extraVars }: InventorySource, context: DraftContext): Promise<OuterVars> {
  const { groups, hosts } = context.draft;
  const directories = new Set(files.filter((file) => !file.includes(",")).map((file) => dirname(file)));
  const groupVars: VarsFolder[] = [];
  const hostVars: VarsFolder[] = [];
  for (const directory of directories) {
    groupVars.push(await readVarsFolder(directory, "group_vars", groups, context));
    hostVars.push(await readVarsFolder(directory, "host_vars", hosts, context));
  }
  return { groupVars, hostVars, extraVars: await readExtraVars(extraVars, context) };
}

function requireHosts({ files }: InventorySource, { draft, problems }: DraftContext): void {
  if (draft.hosts.size > 0) return;
  const file = files[0];
  const fix = "write hosts as keys under `all: hosts:`, or give -i";
  problems.add({ code: "INV002", place: file ? { file } : undefined, message: "no hosts are defined", fix });
  problems.throwIfAny();
}

/** A first line such as `[web]` is Ansible's INI format (or TOML); in YAML it would be a list. */
const isIni = ({ file, text }: SourceText): boolean =>
  [".ini", ".cfg", ".toml"].includes(extname(file)) || /^(\s*([#;].*)?\n)*\[[\w:.-]+\]\s*\n/.test(text);

const iniProblem = (file: string) => ({
  code: "INV023",
  place: { file },
  message: "only YAML and JSON inventories are read",
  fix: `convert it: ansible-inventory -i ${file} --list --yaml > new-${basename(file, extname(file))}.yaml`,
});
