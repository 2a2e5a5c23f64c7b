import { nearest } from "../define/nearest.ts";
import { formatPlace } from "../errors.ts";
import { settingOf } from "./connection-settings.ts";
import type { Inventory, InventoryHost, Origin } from "./inventory.ts";
import { masked } from "./secret-names.ts";

/** Variables that a contract marks as secret, from `secretNames`. */
type Secrets = ReadonlySet<string>;

/** The tree of groups and hosts, as `ansible-inventory --graph` draws it. */
export function inventoryGraph(inventory: Inventory, group = "all"): string {
  return graphLines(inventory, group, 0).join("\n");
}

/** Groups, hosts and resolved variables in the form of `ansible-inventory --list`; values that sound secret, or are in `secrets`, are `***`. */
export function inventoryJson(inventory: Inventory, secrets?: Secrets): Record<string, unknown> {
  const groups = [...inventory.groups.values()].map(({ name, children, ownHosts }) => {
    const hosts = name === "all" ? {} : { hosts: ownHosts };
    return [name, dropEmpty({ ...hosts, children: children.filter((child) => !isEmpty(inventory, child)) })] as const;
  });
  const hostvars = Object.fromEntries(
    [...inventory.hosts.values()].map((host) => [host.name, hostJson(host, secrets)]),
  );
  return { _meta: { hostvars }, ...Object.fromEntries(groups.filter(([, group]) => Object.keys(group).length > 0)) };
}

/** One host's resolved variables by name; values that sound secret are `***`. */
export function hostJson(host: InventoryHost, secrets?: Secrets): Record<string, unknown> {
  const names = [...host.vars.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, masked(name, host.vars.get(name)!.value, secrets)]));
}

/** Where a host's variable comes from: the winner, then every value it won over, each with its position. */
export function explainVar(host: InventoryHost, name: string, secrets?: Secrets): string {
  const found = host.vars.get(name);
  if (!found) return `${host.name} has no variable "${name}".${suggestion(name, host)}`;
  const show = (value: unknown, { place, layer }: Origin) =>
    `${text(name, value, secrets)}  ${layer}  (${formatPlace(place)})`;
  const losers = found.overridden.map(({ value, origin }) => `  wins over ${show(value, origin)}`);
  return [`${host.name}: ${name} = ${show(found.value, found.origin)}`, ...losers].join("\n");
}

/** All variables of a host, one line each, with the place where each was written. */
export function explainHost(host: InventoryHost, secrets?: Secrets): string {
  const names = [...host.vars.keys()].sort(
    (a, b) => Number(settingOf.has(b)) - Number(settingOf.has(a)) || (a < b ? -1 : 1),
  );
  const lines = names.map((name) => {
    const { value, origin } = host.vars.get(name)!;
    return `  ${name} = ${text(name, value, secrets)}  (${formatPlace(origin.place)})`;
  });
  return [`${host.name}  groups: ${host.groups.join(", ")}`, ...lines].join("\n");
}

function graphLines(inventory: Inventory, name: string, depth: number): string[] {
  const group = inventory.groups.get(name);
  if (!group) return [];
  const children = group.children.flatMap((child) => graphLines(inventory, child, depth + 1));
  const hosts = name === "all" ? [] : group.ownHosts.map((host) => branch(host, depth + 1));
  return [branch(`@${name}:`, depth), ...children, ...hosts];
}

const branch = (text: string, depth: number): string => (depth === 0 ? text : `${"  |".repeat(depth)}--${text}`);

const isEmpty = ({ groups }: Inventory, name: string): boolean =>
  name === "ungrouped" && groups.get(name)!.ownHosts.length === 0;

const dropEmpty = (group: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(group).filter(([, names]) => names.length > 0));

const text = (name: string, value: unknown, secrets: Secrets | undefined): string =>
  JSON.stringify(masked(name, value, secrets));

function suggestion(name: string, host: InventoryHost): string {
  const meant = nearest(name, host.vars.keys());
  return meant ? ` Did you mean "${meant}"?` : "";
}
