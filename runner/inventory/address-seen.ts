import type { z } from "zod";
import type { InventoryHost } from "./inventory.ts";
import { addressOf, settingVar } from "./target.ts";
import type { VarsCheck } from "./vars-check.ts";

/**
 * The address that roles see. Where the contract marks a property of the group as the address (`.meta({ address: true })`), that is its
 * value, or where the host is reached when that fits: a name, which only this machine may resolve, is none for a schema of addresses.
 */
export function addressSeen(host: InventoryHost, { schema, subject, findings }: VarsCheck, properties: object): string {
  const reached = addressOf(host);
  const [key, marked] = Object.entries(schema.shape).find(([, inner]) => isAddress(inner as z.ZodType)) ?? [];
  if (key === undefined || marked === undefined) return reached;
  const given = (properties as Readonly<Record<string, unknown>>)[key];
  if (typeof given === "string") return given;
  if (host.vars.has(key) || (marked as z.ZodType).safeParse(reached).success) return reached;
  const problem = {
    code: "VAR005" as const,
    place: settingVar(host, "host")?.keyPlace ?? subject.place,
    message: `the host is reached as ${reached}, and its roles need an address: the variable "${key}" is missing`,
    fix: `set it ${subject.whereToSet}`,
  };
  findings.add(problem, host.name);
  return reached;
}

const isAddress = (schema: z.ZodType): boolean => schema.meta()?.address === true;
