import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";

const root = join(import.meta.dirname, "..");

/** One `import`, `export ... from`, `import()` or `import("...")` type. */
export interface Import {
  /** A path from the project's folder, or the package as it is written. */
  readonly target: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

/** A function that has a name of its own or through what it is assigned to; `lines` from its first to its last. */
export interface NamedFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly NamedFunction[];
}

/** Paths of all files that git knows and that are there. */
export const trackedFiles = (): readonly string[] =>
  execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(root, path)));

export const readTracked = (path: string): string => readFileSync(join(root, path), "utf8");

/** Parses TypeScript with a real parser: TypeScript 7 has no stable API, and counting braces fails on templates and regular expressions. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const functions: NamedFunction[] = [];
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
  visit(program, undefined, (node, name) => {
    const target = importTarget(node);
    if (target !== undefined)
      imports.push({ target: resolved(path, target), line: lineAt(node.start), typeOnly: isTypeOnly(node) });
    if (isFunction(node) && name !== undefined)
      functions.push({ name, line: lineAt(node.start), lines: lineAt(node.end) - lineAt(node.start) + 1 });
  });
  return { path, text, lines: text.split("\n").length - 1, imports, functions };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Calls `tell` for each node with the name that the node around it gives it. */
function visit(value: unknown, name: string | undefined, tell: (node: Node, name: string | undefined) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, undefined, tell);
  if (!isNode(value)) return;
  tell(value, name ?? nameIn(value.id));
  const given = nameIn(value.id) ?? nameIn(value.key);
  for (const [key, child] of Object.entries(value))
    visit(child, key === "init" || key === "value" ? given : undefined, tell);
}

const nameIn = (value: unknown): string | undefined =>
  isNode(value) && typeof value.name === "string" ? value.name : undefined;

const isFunction = ({ type, body }: Node): boolean =>
  ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"].includes(type) && isNode(body);

function importTarget({ type, source, argument }: Node): string | undefined {
  const from = type === "TSImportType" ? (isNode(source) ? source : argument) : source;
  return isNode(from) && typeof from.value === "string" ? from.value : undefined;
}

/** A type is gone when the program runs; `import { type A }` alone still loads the file, but the compiler removes what is only types. */
function isTypeOnly({ type, importKind, exportKind, specifiers }: Node): boolean {
  if (type === "TSImportType" || importKind === "type" || exportKind === "type") return true;
  const names = Array.isArray(specifiers) ? specifiers.filter(isNode) : [];
  return names.length > 0 && names.every((one) => one.importKind === "type" || one.exportKind === "type");
}

const resolved = (path: string, target: string): string =>
  target.startsWith(".") ? normalize(join(dirname(path), target)) : target;
