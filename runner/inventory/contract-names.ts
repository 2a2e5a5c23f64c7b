import type { InventoryContract } from "../define/inventory.ts";
import { InputError, type Problem } from "../errors.ts";
import { connectionSettings } from "./connection-settings.ts";

const RESERVED = ["name", "address"];

/** Our short connection names: a variable of such a name changes how hosts are reached. */
const SHORT_NAMES = new Set(
  Object.values(connectionSettings)
    .flatMap<string>(({ names }) => names)
    .filter((name) => !name.startsWith("ansible_")),
);

/** Throws InputError (PLY045) when a contract asks for variables under names that already mean something else. */
export function checkPropertyNames({ groups, vars }: InventoryContract): void {
  const inGroups = Object.entries(groups).flatMap(([group, schema]) =>
    Object.keys(schema.shape).flatMap((key) => nameProblem(`group ${group}`, key)),
  );
  const inVars = Object.keys(vars.shape).flatMap((key) => (RESERVED.includes(key) ? [] : nameProblem("vars", key)));
  const problems = [...inGroups, ...inVars];
  if (problems.length > 0) throw new InputError(problems);
}

function nameProblem(where: string, key: string): Problem[] {
  const message = `the inventory contract (${where}) asks for "${key}", which `;
  if (RESERVED.includes(key)) {
    return [{ code: "PLY045", message: `${message}every host has already`, fix: `use host.${key}, or another name` }];
  }
  if (!SHORT_NAMES.has(key)) return [];
  return [
    {
      code: "PLY045",
      message: `${message}says how a host is reached`,
      fix: `use another name, such as "service_${key}"`,
    },
  ];
}
