import type { Secret } from "../define/secret.ts";
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type YAMLMap,
} from "../define/yaml-package.ts";
import type { Place, Problem } from "../errors.ts";
import type { DataNode, Entry, ScalarNode } from "./data-node.ts";
import type { InventoryLimits } from "./limits.ts";
import { LineIndex } from "./line-index.ts";
import { MappingEntries } from "./mapping-entries.ts";
import { nestingDepth } from "./nesting.ts";
import type { ProblemList } from "./problem-list.ts";
import type { SourceText } from "./source-text.ts";
import { encryptedTwice, syntaxProblem, tagProblem } from "./syntax-problem.ts";
import type { Vaulted } from "./vaulted.ts";

/** How a text is read: its limits, where its problems go, and the code of a syntax error (INV023 unless told). */
export interface ReadOptions {
  readonly limits: InventoryLimits;
  readonly problems: ProblemList;
  /** Takes what is encrypted. */
  readonly vaulted: Vaulted;
  readonly syntaxCode?: string;
  /** Of a file that was encrypted as a whole: whether the value at these keys is shown everywhere, and so no secret. */
  readonly isShown?: (keys: readonly string[]) => boolean;
}

/**
 * Parses one YAML 1.2 document, of which JSON is a part, with positions.
 * Undefined when it is empty or has a problem (INV003, INV004, INV017, INV018, INV019, INV023, VAR004).
 */
export function readYaml(source: SourceText, options: ReadOptions): DataNode | undefined {
  // JSON may be indented with tabs, and inside its strings they are not allowed.
  const text = source.file.endsWith(".json") ? source.text.replaceAll("\t", " ") : source.text;
  const lines = new LineIndex(source, text);
  const before = options.problems.size;
  const contents = parse(text, lines, options);
  if (!contents || options.problems.size > before) return undefined;
  const node = new Conversion(lines, options, source.encrypted === true).start(contents);
  return options.problems.size === before ? node : undefined;
}

/** Lexes first and measures the nesting, then parses: see nesting.ts. */
function parse(
  text: string,
  lines: LineIndex,
  { limits, problems, syntaxCode = "INV023" }: ReadOptions,
): Node | undefined {
  const encrypted = encryptedTwice(text, lines.placeOf(0));
  if (encrypted) return problems.add(encrypted);
  const lexemes = [...new Lexer().lex(text)];
  if (nestingDepth(lexemes) > limits.depth) {
    return problems.add({ ...beyond("depth", limits), place: lines.placeOf(0), fix: "nest less deeply" });
  }
  const [document, second] = [...compose(lexemes, text.length)];
  for (const complaint of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    problems.add(syntaxProblem(complaint, text, lines, syntaxCode));
  }
  if (second) {
    const fix = "keep one, without `---` between";
    problems.add({
      code: syntaxCode,
      place: lines.placeOf(second.range[0]),
      message: "the file holds more than one YAML document",
      fix,
    });
  }
  return (document?.contents as Node | null) ?? undefined;
}

function* compose(lexemes: readonly string[], length: number): Generator<Document.Parsed> {
  const parser = new Parser();
  // The library's own check for equal keys takes quadratic time, so MappingEntries compares them.
  const composer = new Composer({
    version: "1.2",
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
    logLevel: "error",
    customTags: VAULT_TAGS.map((tag) => ({ tag, resolve: (text: string) => text })),
  });
  for (const lexeme of lexemes) for (const token of parser.next(lexeme)) yield* composer.next(token);
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end(false, length);
}

/** Ansible's two spellings of a value that is encrypted by itself. */
const VAULT_TAGS = ["!vault", "!vault-encrypted"];

/** From the library's nodes to ours. */
class Conversion {
  readonly #lines: LineIndex;
  readonly #options: ReadOptions;
  readonly #encrypted: boolean;
  readonly #anchors = new Map<string, { node: DataNode; values: number }>();
  #values = 0;

  constructor(lines: LineIndex, options: ReadOptions, encrypted: boolean) {
    this.#lines = lines;
    this.#options = options;
    this.#encrypted = encrypted;
  }

  start(contents: Node): DataNode | undefined {
    const { problems, limits } = this.#options;
    const root = this.#convert(contents, []);
    if (this.#values <= limits.values) return root;
    return problems.add({
      ...beyond("values", limits),
      place: root.place,
      fix: "write fewer aliases, or split the file",
    });
  }

  /** `keys` lead to the node from the root. */
  #convert(node: Node, keys: readonly string[]): DataNode {
    const before = this.#values++;
    if (isAlias(node)) return this.#follow(node.source, node);
    const converted = this.#convertPlain(node, keys);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor) this.#anchors.set(anchor, { node: converted, values: this.#values - before });
    return converted;
  }

  #convertPlain(node: Node, keys: readonly string[]): DataNode {
    const place = this.#place(node);
    if (VAULT_TAGS.includes(node.tag ?? "") && isScalar(node))
      return secretNode(place, this.#options.vaulted.sealed(String(node.value), place));
    if (node.tag && !node.tag.startsWith("tag:yaml.org,2002:"))
      this.#options.problems.add(tagProblem(this.#lines, node.range?.[0] ?? 0, node.tag));
    if (isMap(node)) return { kind: "map", place, entries: this.#entries(node, keys) };
    if (!isSeq(node)) return this.#scalar(node, keys);
    return {
      kind: "list",
      place,
      items: node.items.map((item, at) => this.#convert(item as Node, [...keys, `${at}`])),
    };
  }

  #scalar(node: Node, keys: readonly string[]): ScalarNode {
    const place = this.#place(node);
    const { value, source = "", type } = isScalar(node) ? node : { value: null };
    if (typeof value === "number" && /^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value)) {
      this.#problem("VAR004", node, "an integer of this size loses digits as a number", "write it in quotes");
    }
    const mayHide = typeof value === "string" || typeof value === "number";
    if (this.#encrypted && mayHide && !this.#options.isShown?.(keys))
      return secretNode(place, this.#options.vaulted.value(typeof value === "string" ? value : source));
    return { kind: "scalar", place, value: value as ScalarNode["value"], written: source, plain: type === "PLAIN" };
  }

  #entries(map: YAMLMap, keys: readonly string[]): ReadonlyMap<string, Entry> {
    const entries = new MappingEntries(this.#options.problems);
    for (const { key, value } of map.items as Pair[]) this.#entry(key, value, { entries, keys });
    return entries.finish();
  }

  #entry(key: Node, value: Node | null, { entries, keys }: { entries: MappingEntries; keys: readonly string[] }): void {
    const name = keyName(key);
    const merges = name === "<<" && isPlain(key);
    // What is merged stands where the mapping stands.
    const node = value ? this.#convert(value, merges ? keys : [...keys, name ?? ""]) : this.#nothing(key);
    if (name === undefined) this.#syntax(key, "a key must be a plain word", "write a name before the colon");
    else if (!merges) entries.add({ key: name, place: this.#place(key), node });
    else if (!entries.merge(node))
      this.#syntax(value ?? key, "`<<` merges mappings only", "give it an alias of a mapping");
  }

  /** An alias shares its value's node, and counts as often as it is used. */
  #follow(name: string, node: Node): DataNode {
    const target = this.#anchors.get(name);
    if (target) {
      this.#values += target.values;
      return target.node;
    }
    // A password that begins with an asterisk is an alias to YAML.
    const shown = this.#lines.hides(node.range?.[0] ?? 0) ? "this alias" : `the alias "*${name}"`;
    this.#syntax(
      node,
      `${shown} stands before the end of the value it repeats`,
      "define it above, or write the value in quotes",
    );
    return this.#nothing(node);
  }

  #nothing(near: Node): ScalarNode {
    return { kind: "scalar", place: this.#place(near), value: null, written: "", plain: true };
  }

  #place(node: Node) {
    return this.#lines.placeOf(node.range?.[0] ?? 0);
  }

  #syntax(node: Node, message: string, fix: string): void {
    this.#problem(this.#options.syntaxCode ?? "INV023", node, message, fix);
  }

  #problem(code: string, node: Node, message: string, fix: string): void {
    this.#options.problems.add({ code, place: this.#place(node), message, fix });
  }
}

interface Pair {
  readonly key: Node;
  readonly value: Node | null;
}

const secretNode = (place: Place, value: Secret): ScalarNode => ({
  kind: "scalar",
  place,
  value,
  written: "",
  plain: false,
});

const isPlain = (key: Node): boolean => isScalar(key) && key.type === "PLAIN";

/** A key as it was written, so that `1.10` stays `1.10`. */
function keyName(key: Node): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : key.source;
}

const beyond = (name: "depth" | "values", limits: InventoryLimits): Pick<Problem, "code" | "message"> => ({
  code: "INV017",
  message: `the file is beyond the limit ${name} = ${limits[name]}`,
});
