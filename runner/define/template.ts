import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ejs from "ejs";
import type { z } from "zod";
import { InputError, type Place } from "../errors.ts";
import { checkInput } from "./check-input.ts";
import { allRefs, isRef, Ref } from "./ref.ts";
import { reveal, Secret, secretWith } from "./secret.ts";

const MAX_BYTES = 5_000_000;

/** Renders its template with data that fits its schema. A secret or a ref in the data makes the whole text one. */
export type Template<S extends z.ZodObject> = (data: z.input<S>) => Rendered;
type Rendered = string | Secret | Ref<string>;

/**
 * An EJS file beside its role, and the schema of its data. Values are written as they are (no HTML escaping);
 * a value that is missing is an error with the template's file and line.
 */
export function defineTemplate<S extends z.ZodObject>(file: URL, schema: S): Template<S> {
  const path = fileURLToPath(file);
  const compiled = compile(path, Object.keys(schema.shape));
  return (given) => {
    const data = checkInput("TPL001", `data of template ${path}`, schema, given);
    const refs = findRefs(data);
    if (refs.length === 0) return render(path, compiled, data, []);
    return allRefs(refs).map((answers) => render(path, compiled, data, answers)) as Ref<string>;
  };
}

function compile(path: string, names: readonly string[]): ejs.TemplateFunction {
  const text = readTemplate(path);
  try {
    return ejs.compile(text, {
      filename: path,
      strict: true,
      _with: false,
      destructuredLocals: [...names],
      compileDebug: true,
      escape: printable,
    });
  } catch (cause) {
    throw templateError("TPL002", path, cause);
  }
}

function readTemplate(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > MAX_BYTES || bytes.includes(0)) {
    throw new InputError({ code: "TPL007", place: { file: path }, message: "a template must be text of at most 5 MB" });
  }
  return bytes.toString("utf8");
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new InputError(
      {
        code: "TPL007",
        place: { file: path },
        message: `cannot read this template: ${reason}`,
        fix: "name a file beside the role",
      },
      cause,
    );
  }
}

/** EJS would print nothing for a missing value; a configuration file needs an error instead. */
function printable(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(
    `${value === null || value === undefined ? `the value is ${value}` : `cannot print ${typeof value}`}`,
  );
}

function render(
  path: string,
  compiled: ejs.TemplateFunction,
  data: object,
  answers: readonly unknown[],
): string | Secret {
  const secrets: Secret[] = [];
  let next = 0;
  const plain = replaceValues(data, (value) => {
    const known = isRef(value) ? answers[next++] : value;
    if (!(known instanceof Secret)) return known;
    secrets.push(known);
    return reveal(known);
  });
  try {
    const text = compiled(plain as ejs.Data);
    return secrets.length > 0 ? secretWith(text, secrets) : text;
  } catch (cause) {
    throw templateError("TPL001", path, cause);
  }
}

const FIX: Readonly<Record<string, string>> = {
  TPL001: "give the template this value, or test for it",
  TPL002: "close each `<%` with a `%>`, and write JavaScript between them",
};

/** EJS puts `file:line`, the lines around and the reason into one message; secrets could stand in the lines of data, so only the reason is kept. */
function templateError(code: string, path: string, cause: unknown): InputError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const line = /^.*?:(\d+)\n/.exec(message)?.[1] ?? / in .* while compiling ejs/.exec(message)?.[1];
  const reason =
    message
      .split("\n\n")
      .at(code === "TPL001" ? -1 : 0)
      ?.trim() ?? message;
  const place: Place = { file: path, line: line === undefined ? undefined : Number(line) };
  return new InputError({ code, place, message: reason.replace(/\.$/, ""), fix: FIX[code]! }, cause);
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !(value instanceof Secret) && !(value instanceof Ref);

/** Refs in the order in which `replaceValues` meets them. */
function findRefs(value: unknown): readonly Ref<unknown>[] {
  if (isRef(value)) return [value];
  return isPlain(value) ? Object.values(value).flatMap(findRefs) : [];
}

function replaceValues(value: unknown, replace: (leaf: unknown) => unknown): unknown {
  if (!isPlain(value)) return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceValues(item, replace));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceValues(item, replace)]));
}
