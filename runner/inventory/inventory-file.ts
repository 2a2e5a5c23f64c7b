import { corrected, nearest } from "../define/nearest.ts";
import type { Place } from "../errors.ts";
import { type DataNode, describe, type Entry } from "./data-node.ts";
import { addToLayer, type GroupDraft, type InventoryDraft } from "./draft.ts";
import { addHosts } from "./host-entry.ts";
import type { InventoryLimits } from "./limits.ts";
import { nameFlaw } from "./names.ts";
import type { ProblemList } from "./problem-list.ts";
import { checkVariables } from "./variable-check.ts";
import type { Vaulted } from "./vaulted.ts";

/** What the readers of inventory files write to and obey. */
export interface DraftContext {
  readonly draft: InventoryDraft;
  readonly problems: ProblemList;
  readonly limits: InventoryLimits;
  readonly vaulted: Vaulted;
}

const SECTIONS = ["hosts", "children", "vars"];

/** Adds the groups, hosts and variables of a parsed inventory file: `group: {hosts, children, vars}`, as Ansible's `yaml` plugin. */
export function addInventoryFile(root: DataNode, context: DraftContext): void {
  if (root.kind !== "map") {
    const fix =
      "write `all:` and under it `hosts:`, `children:` or `vars:`; convert an INI file with `ansible-inventory -i FILE --list --yaml`";
    context.problems.add({
      code: "INV025",
      place: root.place,
      message: `an inventory is a mapping of groups, not ${describe(root)}`,
      fix,
    });
    return;
  }
  for (const entry of root.entries.values()) addGroup(entry, context);
}

function addGroup({ key: name, place, node }: Entry, context: DraftContext): GroupDraft | undefined {
  const flaw = nameFlaw("group", name);
  if (flaw) return context.problems.add({ ...flaw, place });
  if (node.kind !== "map" && !isNothing(node)) return notGroup(name, node, context);
  const group = context.draft.group(name, place);
  if (node.kind === "map") for (const section of node.entries.values()) addSection(group, section, context);
  return group;
}

function addSection(group: GroupDraft, { key, place, node }: Entry, context: DraftContext): void {
  if (!SECTIONS.includes(key)) {
    context.problems.add(unknownSection(group.name, key, place));
    return;
  }
  const entries = entriesOf(key, node, context.problems);
  if (key === "hosts") for (const entry of entries) addHosts(group, entry, context);
  if (key === "children") for (const entry of entries) addChild(group, entry, context);
  if (key === "vars") addGroupVars(group, entries, context);
}

function addChild(group: GroupDraft, entry: Entry, context: DraftContext): void {
  const child = addGroup(entry, context);
  if (child) group.children.add(child.name);
}

function addGroupVars(group: GroupDraft, entries: readonly Entry[], context: DraftContext): void {
  const vars = new Map(entries.map((entry) => [entry.key, entry]));
  const priority = vars.get("ansible_group_priority");
  if (priority) setPriority(group, priority, context.problems);
  vars.delete("ansible_group_priority");
  checkVariables(vars.values(), context.problems);
  const file = entries[0]?.place.file;
  if (file) addToLayer(group.layers, file, { label: `vars of group ${group.name}`, entries: vars }, context.problems);
}

function setPriority(group: GroupDraft, { node }: Entry, problems: ProblemList): void {
  const value = node.kind === "scalar" ? Number(node.value) : Number.NaN;
  if (Number.isInteger(value)) group.priority = value;
  else
    problems.add({
      code: "INV025",
      place: node.place,
      message: "ansible_group_priority must be a whole number",
      fix: "write a number such as 10",
    });
}

/** A section's keys; as in Ansible, a lone word stands for one key without value. */
function entriesOf(section: string, node: DataNode, problems: ProblemList): readonly Entry[] {
  if (node.kind === "map") return [...node.entries.values()];
  if (isNothing(node)) return [];
  if (node.kind === "scalar" && typeof node.value === "string" && section !== "vars") {
    return [{ key: node.value, place: node.place, node: { ...node, value: null } }];
  }
  const fix =
    node.kind === "list"
      ? "write each name as a key of its own, `name:` without a dash"
      : "write `name:` on lines of their own below it";
  problems.add({
    code: "INV025",
    place: node.place,
    message: `\`${section}\` must be a mapping, not ${describe(node)}`,
    fix,
  });
  return [];
}

function notGroup(name: string, node: DataNode, { problems }: DraftContext): undefined {
  if (name === "plugin") {
    const fix = "save the output of `ansible-inventory -i FILE --list --yaml` and use that";
    return problems.add({ code: "INV020", place: node.place, message: "inventory plugins are not supported", fix });
  }
  const fix = "write `hosts:`, `children:` or `vars:` below it";
  return problems.add({
    code: "INV025",
    place: node.place,
    message: `group ${name} must be a mapping, not ${describe(node)}`,
    fix,
  });
}

function unknownSection(group: string, key: string, place: Place) {
  const otherwise = "a group has hosts, children and vars; put groups under `children:` and variables under `vars:`";
  return {
    code: "INV020",
    place,
    ...corrected(`unknown key "${key}" in group ${group}`, nearest(key, SECTIONS), otherwise),
  };
}

const isNothing = (node: DataNode): boolean => node.kind === "scalar" && node.value === null;
