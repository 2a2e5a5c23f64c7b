import { z } from "zod";
import { defaultText, type JsonSchema, typeText } from "./type-text.ts";

/** A Markdown table of the properties of a schema, nested ones as `servers[].port`. */
export function argumentTable(schema: z.ZodType): string {
  const rows = propertyRows(jsonSchema(schema), "");
  if (rows.length === 0) return "Takes no arguments.";
  return ["| argument | type | default | what it is |", "|---|---|---|---|", ...rows].join("\n");
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: made }) => {
      const { def } = zodSchema._zod;
      // A default that is transformed afterwards is left out otherwise.
      if (def.type === "default" && made.default === undefined) made.default = def.defaultValue;
      if (def.type === "custom") made.kind ??= className(zodSchema._zod.bag.Class) ?? "value";
    },
  }) as JsonSchema;
}

/** Of `z.instanceof(Command)`: the class is all that is known of the value. */
const className = (given: unknown): string | undefined =>
  typeof given === "function" ? `\`${given.name}\`` : undefined;

function propertyRows(schema: JsonSchema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    row(`${prefix}${name}`, property, schema.required?.includes(name) ?? false),
    ...nested(property, `${prefix}${name}`),
  ]);
}

function nested(schema: JsonSchema, name: string): readonly string[] {
  const [inner, path] = schema.type === "array" ? [schema.items, `${name}[]`] : [schema, name];
  const choices = inner?.anyOf ?? inner?.oneOf ?? (inner ? [inner] : []);
  const objects = choices.filter(({ properties }) => properties);
  // Alternatives with properties of the same name are told apart by their types in the row above.
  return objects.length === 1 ? propertyRows(objects[0]!, `${path}.`) : [];
}

const row = (name: string, schema: JsonSchema, required: boolean): string =>
  `| ${[`\`${name}\``, typeText(schema), defaultText(schema, required), schema.description ?? ""].map(cell).join(" | ")} |`;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
