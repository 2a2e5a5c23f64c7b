import type { z } from "zod";
import type { InventoryContract } from "../define/inventory.ts";

/** Whether the schema marks the value at this path, or something around it, with `.meta({ secret: true })`. */
export function isSecretSchema(schema: z.ZodType, path: readonly string[]): boolean {
  if (schema.meta()?.secret === true) return true;
  const inner = innerOf(schema);
  if (inner) return isSecretSchema(inner, path);
  const [step, ...rest] = path;
  const next = step === undefined ? undefined : stepInto(schema, step);
  return next !== undefined && isSecretSchema(next, rest);
}

/** Names of the variables that a contract marks as secret, for those who show values. */
export function secretNames({ groups, vars }: InventoryContract): ReadonlySet<string> {
  const schemas = [...Object.values(groups), vars];
  return new Set(
    schemas.flatMap((schema) => Object.keys(schema.shape).filter((name) => isSecretSchema(schema, [name]))),
  );
}

interface Definition {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** Optional, default, nullable, readonly and pipe wrap another schema. */
function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const { innerType, in: input } = definitionOf(schema);
  return innerType ?? input;
}

function stepInto(schema: z.ZodType, step: string): z.ZodType | undefined {
  const { shape, element, valueType } = definitionOf(schema);
  return shape?.[step] ?? element ?? valueType;
}
