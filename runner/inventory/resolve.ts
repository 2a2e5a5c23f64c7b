import { type Entry, toValue } from "./data-node.ts";
import type { GroupDraft, InventoryDraft, Layer } from "./draft.ts";
import { buildTree, type GroupTree } from "./group-tree.ts";
import type { Inventory, InventoryGroup, InventoryHost, ResolvedVar, Vars } from "./inventory.ts";
import type { OuterVars } from "./load.ts";
import type { VarsFolder } from "./vars-files.ts";

/**
 * Resolves every variable by Ansible's precedence: `all` in the file, groups in the file (parents before children), `group_vars/all`,
 * `group_vars/` of groups, the host in the file, `host_vars/`, extra vars.
 */
export function resolveInventory(
  draft: InventoryDraft,
  outer: OuterVars,
  found: Pick<Inventory, "notes" | "secrets">,
): Inventory {
  const tree = buildTree(draft);
  const resolver = new Resolver(tree, outer);
  const hosts = new Map<string, InventoryHost>();
  for (const name of tree.hostsOfGroup.get("all")!) {
    const { place, layers } = draft.hosts.get(name)!;
    hosts.set(name, { name, place, ...resolver.host(name, [...layers.values()]) });
  }
  const groups = new Map([...draft.groups].map(([name, group]) => [name, groupOf(group, tree)]));
  return { groups, hosts, vars: resolver.all(), ...found };
}

class Resolver {
  readonly #tree: GroupTree;
  readonly #outer: OuterVars;
  /** Hosts of the same groups share what the groups give them. */
  readonly #byGroups = new Map<string, { groups: readonly string[]; vars: Vars }>();

  constructor(tree: GroupTree, outer: OuterVars) {
    this.#tree = tree;
    this.#outer = outer;
  }

  host(name: string, ownLayers: readonly Layer[]): { groups: readonly string[]; vars: Vars } {
    const { groups, vars } = this.#fromGroups(this.#tree.groupsOfHost.get(name)!);
    const layers = [...ownLayers, ...layersOf(this.#outer.hostVars, name), ...this.#outer.extraVars];
    return { groups, vars: overlay(vars, layers) };
  }

  all(): Vars {
    return overlay(this.#fromGroups(new Set(["all"])).vars, this.#outer.extraVars);
  }

  #fromGroups(names: ReadonlySet<string>): { groups: readonly string[]; vars: Vars } {
    const groups = this.#tree.byStrength.filter(({ name }) => names.has(name));
    const key = groups.map(({ name }) => name).join(" ");
    const known = this.#byGroups.get(key);
    if (known) return known;
    const found = { groups: namesBut("all", groups), vars: overlay(new Map(), this.#groupLayers(groups)) };
    this.#byGroups.set(key, found);
    return found;
  }

  #groupLayers(groups: readonly GroupDraft[]): readonly Layer[] {
    const others = groups.filter(({ name }) => name !== "all");
    return [
      ...groups.flatMap(({ layers }) => [...layers.values()]),
      ...layersOf(this.#outer.groupVars, "all"),
      ...this.#outer.groupVars.flatMap((folder) => others.flatMap(({ name }) => folder.get(name) ?? [])),
    ];
  }
}

/** Lays variables over others: each later layer wins over the earlier ones and over `base`, and remembers what it won over. */
export function overlay(base: Vars, layers: readonly Layer[]): Vars {
  const filled = layers.filter(({ entries }) => entries.size > 0);
  if (filled.length === 0) return base;
  const vars = new Map(base);
  for (const { label, entries } of filled) {
    for (const entry of entries.values()) vars.set(entry.key, winOver(vars.get(entry.key), entry, label));
  }
  return vars;
}

function winOver(loser: ResolvedVar | undefined, { node, place: keyPlace }: Entry, layer: string): ResolvedVar {
  const overridden = loser ? [{ value: loser.value, origin: loser.origin }, ...loser.overridden] : [];
  return { value: toValue(node), origin: { place: node.place, layer }, overridden, keyPlace, node };
}

const layersOf = (folders: readonly VarsFolder[], name: string): readonly Layer[] =>
  folders.flatMap((folder) => folder.get(name) ?? []);

const namesBut = (but: string, groups: readonly GroupDraft[]): readonly string[] =>
  groups
    .map(({ name }) => name)
    .filter((name) => name !== but)
    .reverse();

const groupOf = ({ name, place, children, hosts }: GroupDraft, { hostsOfGroup }: GroupTree): InventoryGroup => ({
  name,
  place,
  children: [...children],
  ownHosts: [...hosts],
  hosts: hostsOfGroup.get(name)!,
});
