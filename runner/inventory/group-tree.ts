import type { Problem } from "../errors.ts";
import type { GroupDraft, InventoryDraft } from "./draft.ts";

/** The groups of an inventory as a tree that may share branches. */
export interface GroupTree {
  /** Groups from the weakest variables to the strongest: depth, then `ansible_group_priority`, then name, as Ansible sorts them. */
  readonly byStrength: readonly GroupDraft[];
  /** By host name: its groups and all groups above those, `all` included. */
  readonly groupsOfHost: ReadonlyMap<string, ReadonlySet<string>>;
  /** By group name: the hosts in it and below it, each once, nearest groups first. */
  readonly hostsOfGroup: ReadonlyMap<string, readonly string[]>;
}

/** Puts groups without a parent under `all` and hosts without a group into `ungrouped`. */
export function completeTree({ groups, hosts }: InventoryDraft): void {
  const children = new Set([...groups.values()].flatMap((group) => [...group.children]));
  const all = groups.get("all")!;
  for (const name of groups.keys()) if (name !== "all" && !children.has(name)) all.children.add(name);
  const ungrouped = groups.get("ungrouped")!;
  const elsewhere = new Set(
    [...groups.values()].flatMap((group) => (group === all || group === ungrouped ? [] : [...group.hosts])),
  );
  for (const name of hosts.keys()) {
    if (elsewhere.has(name)) ungrouped.hosts.delete(name);
    else ungrouped.hosts.add(name);
  }
}

/** A problem for each circle of groups that contain each other (INV006). */
export function findCycles({ groups }: InventoryDraft): Problem[] {
  const circular = withoutLeaves(groups);
  const visited = new Set<string>();
  const problems: Problem[] = [];
  for (const start of circular.keys()) {
    const path: string[] = [];
    let name = start;
    while (!visited.has(name)) {
      visited.add(name);
      path.push(name);
      name = circular.get(name)!;
    }
    const entry = path.indexOf(name);
    if (entry >= 0) problems.push(cycleProblem([...path.slice(entry), name], groups.get(name)!));
  }
  return problems;
}

/** Groups from which one can go down for ever, each with a child of that kind. Not recursive: a chain may have 100,000 groups. */
function withoutLeaves(groups: ReadonlyMap<string, GroupDraft>): ReadonlyMap<string, string> {
  const openChildren = new Map([...groups.values()].map(({ name, children }) => [name, new Set(children)]));
  const parents = parentsOf(groups);
  const leaves = [...openChildren].filter(([, children]) => children.size === 0).map(([name]) => name);
  for (const leaf of leaves) {
    openChildren.delete(leaf);
    for (const parent of parents.get(leaf) ?? []) {
      const siblings = openChildren.get(parent)!;
      siblings.delete(leaf);
      if (siblings.size === 0) leaves.push(parent);
    }
  }
  return new Map([...openChildren].map(([name, [child]]) => [name, child!]));
}

/** A problem when groups without cycles are nested deeper than the limit (INV017): the work grows with the depth. */
export function findDeepNesting({ groups }: InventoryDraft, limit: number): Problem | undefined {
  const deepest = [...depthsOf(groups)].find(([, depth]) => depth > limit);
  if (!deepest) return undefined;
  const message = `group ${deepest[0]} is nested ${deepest[1]} groups deep, beyond the limit depth = ${limit}`;
  return { code: "INV017", place: groups.get(deepest[0])!.place, message, fix: "nest groups less deeply" };
}

/** Works out depths, memberships and order of a draft without cycles. */
export function buildTree({ groups }: InventoryDraft): GroupTree {
  const depths = depthsOf(groups);
  const hostsOfGroup = new Map([...groups.values()].map((group) => [group.name, hostsBelow(group, groups)]));
  const groupsOfHost = new Map<string, Set<string>>();
  for (const [group, hosts] of hostsOfGroup) {
    for (const host of hosts) groupsOfHost.set(host, (groupsOfHost.get(host) ?? new Set()).add(group));
  }
  const byStrength = [...groups.values()].toSorted(
    (a, b) => depths.get(a.name)! - depths.get(b.name)! || a.priority - b.priority || (a.name < b.name ? -1 : 1),
  );
  return { byStrength, groupsOfHost, hostsOfGroup };
}

/** The longest way down from a group without parents; `all` is 0. */
function depthsOf(groups: ReadonlyMap<string, GroupDraft>): ReadonlyMap<string, number> {
  const openParents = new Map([...parentsOf(groups)].map(([name, parents]) => [name, parents.length]));
  const depths = new Map([...groups.keys()].map((name) => [name, 0]));
  const ready = [...groups.values()].filter(({ name }) => !openParents.has(name));
  for (const { name, children } of ready) {
    for (const child of children) {
      // Groups become ready in the order of their depth, so the last parent is the deepest.
      depths.set(child, depths.get(name)! + 1);
      openParents.set(child, openParents.get(child)! - 1);
      if (openParents.get(child) === 0) ready.push(groups.get(child)!);
    }
  }
  return depths;
}

function parentsOf(groups: ReadonlyMap<string, GroupDraft>): ReadonlyMap<string, string[]> {
  const parents = new Map<string, string[]>();
  for (const { name, children } of groups.values()) {
    for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
  }
  return parents;
}

/** Breadth first, as Ansible lists them. */
function hostsBelow(group: GroupDraft, groups: ReadonlyMap<string, GroupDraft>): readonly string[] {
  const queue = new Set([group]);
  const hosts = new Set<string>();
  for (const next of queue) {
    for (const host of next.hosts) hosts.add(host);
    for (const child of next.children) queue.add(groups.get(child)!);
  }
  return [...hosts];
}

const cycleProblem = (names: readonly string[], { place }: GroupDraft): Problem => ({
  code: "INV006",
  place,
  message: `groups contain each other: ${names.join(" -> ")}`,
  fix: "take one of these out of `children:`",
});
