import { type DataNode, describe, type Entry, type ScalarNode } from "./data-node.ts";
import { addToLayer, type GroupDraft } from "./draft.ts";
import { expandRange, HostRangeError } from "./host-range.ts";
import type { DraftContext } from "./inventory-file.ts";
import { nameFlaw } from "./names.ts";
import { checkVariables } from "./variable-check.ts";

/** Adds the hosts that one key under `hosts:` stands for, such as `web[01:10]` or `db1:2222`, with their variables. */
export function addHosts(group: GroupDraft, entry: Entry, context: DraftContext): void {
  const { pattern, port } = splitPort(entry);
  const vars = varsOf(entry, context);
  if (!vars) return;
  const all = port ? new Map([["ansible_port", port], ...vars]) : vars;
  checkVariables(all.values(), context.problems);
  for (const name of namesOf(pattern, entry, context)) addHost(group, name, entry, all, context);
}

function addHost(
  group: GroupDraft,
  name: string,
  { place }: Entry,
  vars: ReadonlyMap<string, Entry>,
  { draft, problems, limits }: DraftContext,
): void {
  if (draft.hosts.size >= limits.hosts && !draft.hosts.has(name)) {
    if (!draft.full) problems.add(tooManyHosts(limits.hosts, place));
    draft.full = true;
    return;
  }
  const host = draft.host(name, place);
  group.hosts.add(name);
  if (vars.size > 0) addToLayer(host.layers, place.file, { label: `host ${name}`, entries: vars }, problems);
}

function namesOf(pattern: string, { place }: Entry, { problems, limits }: DraftContext): string[] {
  try {
    const names = expandRange(pattern, limits.hosts);
    // All names of a range consist of the same characters but for the counted part.
    const flaw = nameFlaw("host", names[0]!) ?? nameFlaw("host", names.at(-1)!);
    if (!flaw) return names;
    problems.add({ ...flaw, place });
  } catch (error) {
    if (!(error instanceof HostRangeError)) throw error;
    problems.add({ code: "INV011", place, message: `in "${pattern}" ${error.message}`, fix: error.fix });
  }
  return [];
}

function varsOf({ key, node }: Entry, { problems }: DraftContext): ReadonlyMap<string, Entry> | undefined {
  if (node.kind === "map") return node.entries;
  if (isNothing(node)) return new Map();
  const fix = "write its variables as `name: value` on lines below it";
  return problems.add({
    code: "INV025",
    place: node.place,
    message: `host ${key} must have a mapping of variables, not ${describe(node)}`,
    fix,
  });
}

/** `name:port`, as Ansible reads it; an IPv6 address has more than one colon. */
function splitPort(entry: Entry): { pattern: string; port?: Entry } {
  const match = /^([^:]*(?:\[[^\]]*\][^:[]*)*|\[[0-9a-fA-F:]+\]):(\d+)$/.exec(entry.key);
  if (!match) return { pattern: entry.key };
  const node: ScalarNode = {
    kind: "scalar",
    place: entry.place,
    value: Number(match[2]),
    written: match[2]!,
    plain: true,
  };
  return {
    pattern: match[1]!.replace(/^\[([0-9a-fA-F:]+:[0-9a-fA-F:]*)\]$/, "$1"),
    port: { key: "ansible_port", place: entry.place, node },
  };
}

const isNothing = (node: DataNode): boolean => node.kind === "scalar" && node.value === null;

const tooManyHosts = (limit: number, place: Entry["place"]) => ({
  code: "INV017",
  place,
  message: `the inventory is beyond the limit hosts = ${limit}`,
  fix: "split it into inventories that are run one after another",
});
