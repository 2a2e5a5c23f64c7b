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

/** Names of the variables that are secret, or hold something that is. */
export function namesWithSecrets({ groups, vars }: InventoryContract): ReadonlySet<string> {
  const shapes = [...Object.values(groups), vars].flatMap((schema) => Object.entries(schema.shape as Shape));
  return new Set(shapes.filter(([, schema]) => holdsSecret(schema)).map(([name]) => name));
}

function holdsSecret(schema: z.ZodType, seen = new Set<z.ZodType>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  const { shape = {}, element, valueType, options = [] } = definitionOf(schema);
  const within = [innerOf(schema), element, valueType, ...options, ...Object.values(shape)];
  return schema.meta()?.secret === true || within.some((inner) => inner !== undefined && holdsSecret(inner, seen));
}

type Shape = Readonly<Record<string, z.ZodType>>;

/** What the schema, or one that it wraps, was marked with under this name. */
export function metaOf(schema: z.ZodType, name: string): unknown {
  const own = schema.meta()?.[name];
  const inner = innerOf(schema);
  return own === undefined && inner !== undefined ? metaOf(inner, name) : own;
}

interface Definition {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly shape?: Shape;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
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
