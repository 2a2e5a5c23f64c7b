import type { z } from "zod";
import { Group, type Host } from "../define/host.ts";
import type { InventoryContract, InventoryOf } from "../define/inventory.ts";
import { corrected, nearest } from "../define/nearest.ts";
import { addressSeen } from "./address-seen.ts";
import { ContractFindings } from "./contract-findings.ts";
import { checkPropertyNames } from "./contract-names.ts";
import type { Inventory, InventoryHost, Vars } from "./inventory.ts";
import { checkVars } from "./vars-check.ts";

/** Checks an inventory against what a playbook needs of it, and gives it typed and frozen. Throws InputError with all problems at once. */
export function bindContract<G extends Record<string, z.ZodObject>, V extends z.ZodObject>(
  inventory: Inventory,
  contract: InventoryContract<G, V>,
): InventoryOf<G, V> {
  checkPropertyNames(contract);
  const binding: Binding = { inventory, wanted: wantedNames(contract), findings: new ContractFindings() };
  const groups = Object.entries(contract.groups).map(([name, schema]) => [name, bindGroup(name, schema, binding)]);
  const vars = bindVars(contract.vars, binding);
  binding.findings.throwIfAny();
  return Object.freeze({ groups: Object.freeze(Object.fromEntries(groups)), vars }) as InventoryOf<G, V>;
}

interface Binding {
  readonly inventory: Inventory;
  /** Every variable that some part of the contract asks for. */
  readonly wanted: ReadonlySet<string>;
  readonly findings: ContractFindings;
}

function bindGroup(name: string, schema: z.ZodObject, binding: Binding): Group {
  const group = binding.inventory.groups.get(name);
  if (!group && schema.meta()?.optional !== true) reportMissingGroup(name, binding);
  const hosts = (group?.hosts ?? []).map((host) => bindHost(binding.inventory.hosts.get(host)!, name, schema, binding));
  return Object.freeze(new Group(name, Object.freeze(hosts)));
}

function bindHost(host: InventoryHost, group: string, schema: z.ZodObject, { wanted, findings }: Binding): Host {
  const subject = {
    host: host.name,
    place: host.place,
    whereToSet: `under the host, in host_vars/${host.name}.yaml or group_vars/${group}.yaml`,
  };
  const check = { vars: host.vars, schema, wanted, subject, findings };
  const properties = checkVars(check);
  return deepFreeze({ ...properties, name: host.name, address: addressSeen(host, check, properties) });
}

function bindVars(schema: z.ZodObject, { inventory, wanted, findings }: Binding): unknown {
  const place = inventory.groups.get("all")?.place ?? { file: mainFile(inventory) };
  const subject = { place, whereToSet: "under `all: vars:`, in group_vars/all.yaml or with -e" };
  return deepFreeze(checkVars({ vars: inventory.vars as Vars, schema, wanted, subject, findings }));
}

function reportMissingGroup(name: string, { inventory, findings }: Binding): void {
  const similar = nearest(name, inventory.groups.keys());
  const file = { file: mainFile(inventory) };
  if (similar === undefined) {
    const isList = file.file.startsWith("-i ");
    const where = `\`${name}:\` with its hosts under \`all: children:\``;
    const fix = isList ? `a list has no groups: write a hosts.yaml with ${where}` : `add ${where}`;
    findings.add({ code: "INV005", place: file, message: `the playbook needs a group "${name}"`, fix });
    return;
  }
  const words = corrected(`the playbook needs a group "${name}", not "${similar}"`, name, "");
  findings.add({ code: "INV005", place: inventory.groups.get(similar)?.place ?? file, ...words });
}

/** The file in which the first host stands. */
export const mainFile = (inventory: Inventory): string => inventory.hosts.values().next().value?.place.file ?? "-i";

const wantedNames = ({ groups, vars }: InventoryContract): ReadonlySet<string> =>
  new Set([...Object.values(groups), vars].flatMap((schema) => Object.keys(schema.shape)));

/** Freezes plain objects and lists; instances of classes, such as Secret, look after themselves. */
function deepFreeze<T>(value: T): T {
  const plain =
    Array.isArray(value) ||
    (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype);
  if (!plain || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value as object)) deepFreeze(inner);
  return Object.freeze(value);
}
