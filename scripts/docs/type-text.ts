/** The part of JSON Schema that zod makes and that the pages show. */
export interface JsonSchema {
  readonly type?: string;
  readonly kind?: string;
  readonly secret?: boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** A type in words: `whole number 1 to 65535`, `"present"` or `"absent"`. */
export function typeText(schema: JsonSchema): string {
  const { type, anyOf, oneOf, enum: values } = schema;
  if (schema.secret) return "secret text";
  if (schema.const !== undefined) return code(schema.const);
  if (values) return values.map(code).join(" or ");
  const choices = anyOf ?? oneOf;
  if (choices) return [...new Set(choices.map(typeText))].join(" or ");
  if (type === "array") return `list of ${schema.items ? typeText(schema.items) : "values"}`;
  if (type === "object") return objectText(schema);
  return plainText(schema);
}

/** The column that says what holds when an argument is left out. */
export function defaultText(schema: JsonSchema, required: boolean): string {
  if (schema.default !== undefined) return code(schema.default);
  return required ? "required" : "";
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;

function objectText({ properties, additionalProperties }: JsonSchema): string {
  const names = Object.entries(properties ?? {}).map(([name, one]) =>
    one.const === undefined ? name : `${name}: ${JSON.stringify(one.const)}`,
  );
  if (names.length) return `\`{ ${names.join(", ")} }\``;
  return typeof additionalProperties === "object" ? `map of ${typeText(additionalProperties)}` : "object";
}

const FORMATS: Readonly<Record<string, string>> = {
  ipv4: "IPv4 address",
  ipv6: "IPv6 address",
  uri: "URL",
  hostname: "host name",
};

function plainText(schema: JsonSchema): string {
  if (schema.type === "string") return FORMATS[schema.format ?? ""] ?? "text";
  if (schema.type === "boolean") return "`true` or `false`";
  if (schema.type === "integer") return `whole number${range(schema)}`;
  if (schema.type === "number") return `number${range(schema)}`;
  return schema.kind ?? "value";
}

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const real = (limit: number | undefined) =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined;
  const [low, high] = [real(minimum), real(maximum)];
  if (low !== undefined && high !== undefined) return ` ${low} to ${high}`;
  if (low !== undefined) return `, at least ${low}`;
  if (high !== undefined) return `, at most ${high}`;
  return exclusiveMinimum === undefined ? "" : `, more than ${exclusiveMinimum}`;
}
