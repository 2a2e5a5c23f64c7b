import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Place } from "../errors.ts";
import type { DataNode, Entry, ScalarNode } from "./data-node.ts";
import type { InventoryLimits } from "./limits.ts";
import { nestingDepth } from "./nesting.ts";
import type { ProblemList } from "./problem-list.ts";
import type { SourceText } from "./source-text.ts";

/** How a text is read: its limits, where its problems go, and the code of a syntax error (INV023 unless told). */
export interface ReadOptions {
  readonly limits: InventoryLimits;
  readonly problems: ProblemList;
  readonly syntaxCode?: string;
}

/**
 * Parses one YAML 1.2 document, of which JSON is a part, with positions.
 * Undefined when it is empty or has a problem (INV003, INV004, INV017, INV018, INV019, INV023, VAR004).
 */
export function readYaml(source: SourceText, options: ReadOptions): DataNode | undefined {
  return new YamlReader(source, options).read();
}

class YamlReader {
  readonly #source: SourceText;
  readonly #options: ReadOptions;
  readonly #lines = new LineCounter();
  readonly #anchors = new Map<string, { node: DataNode; values: number }>();
  #values = 0;

  constructor(source: SourceText, options: ReadOptions) {
    this.#source = source;
    this.#options = options;
  }

  read(): DataNode | undefined {
    const before = this.#options.problems.size;
    const document = this.#compose();
    if (!document?.contents) return undefined;
    try {
      const node = this.#convert(document.contents as Node);
      return this.#options.problems.size === before ? node : undefined;
    } catch (error) {
      if (!(error instanceof TooManyValues)) throw error;
      this.#limit("values", this.#options.limits.values, error.offset, "write fewer aliases, or split the file");
    }
  }

  /** Lexes first and measures the nesting, then parses: see nesting.ts. */
  #compose(): Document | undefined {
    const { limits, problems } = this.#options;
    const text = this.#source.file.endsWith(".json") ? this.#source.text.replaceAll("\t", " ") : this.#source.text;
    this.#lines.lineStarts.push(0);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#lines.lineStarts.push(at + 1);
    if (text.startsWith("$ANSIBLE_VAULT;"))
      return this.#problem("INV018", 0, "encrypted files are not supported", secretsFix);
    const lexemes = [...new Lexer().lex(text)];
    if (nestingDepth(lexemes) > limits.depth) return this.#limit("depth", limits.depth, 0, "nest less deeply");
    const [document, second] = [...compose(lexemes, text.length)];
    if (!document) return undefined;
    for (const error of [...document.errors, ...document.warnings]) problems.add(this.#syntaxProblem(error, text));
    if (second)
      this.#problem(
        this.#syntaxCode,
        second.range[0],
        "the file holds more than one YAML document",
        "keep one, without `---` between",
      );
    return document.errors.length + document.warnings.length > 0 || second ? undefined : document;
  }

  get #syntaxCode(): string {
    return this.#options.syntaxCode ?? "INV023";
  }

  #syntaxProblem({ code, message, pos }: YAMLError, text: string) {
    const place = this.#place(pos[0]);
    const lineStart = this.#lines.lineStarts[place.line! - 1]!;
    const tab = /^ *\t/.exec(text.slice(lineStart));
    if (tab) {
      const at = this.#place(lineStart + tab[0].length - 1);
      return { code: "INV003", place: at, message: "a tab is not allowed as indentation", fix: "indent with spaces" };
    }
    if (code === "TAG_RESOLVE_FAILED") return tagProblem(place, text.slice(pos[0], pos[1]).trim());
    // What follows a colon in the parser's message can be the value itself, which may be a secret.
    return {
      code: this.#syntaxCode,
      place,
      message: `not valid YAML: ${message.split(": ")[0]}`,
      fix: "mend the syntax at this position",
    };
  }

  #convert(node: Node): DataNode {
    const before = this.#values;
    this.#count(node, 1);
    if (isAlias(node)) return this.#follow(node.source, node);
    const converted = this.#convertPlain(node);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor) this.#anchors.set(anchor, { node: converted, values: this.#values - before });
    return converted;
  }

  #convertPlain(node: Node): DataNode {
    const place = this.#place(offsetOf(node));
    if (node.tag && !node.tag.startsWith("tag:yaml.org,2002:")) this.#options.problems.add(tagProblem(place, node.tag));
    if (isMap(node)) return { kind: "map", place, entries: this.#entries(node) };
    if (isSeq(node)) return { kind: "list", place, items: node.items.map((item) => this.#convert(item as Node)) };
    return this.#scalar(node, place);
  }

  #scalar(node: Node, place: Place): ScalarNode {
    const { value, source, type } = isScalar(node) ? node : { value: null };
    const written = source ?? "";
    if (typeof value === "number" && /^[-+]?\d+$/.test(written) && !Number.isSafeInteger(value)) {
      const fix = "write it in quotes";
      this.#options.problems.add({
        code: "VAR004",
        place,
        message: "an integer of this size loses digits as a number",
        fix,
      });
    }
    return { kind: "scalar", place, value: value as ScalarNode["value"], written, plain: type === "PLAIN" };
  }

  /** A merge key gives way to keys that are written out, as in YAML 1.1. */
  #entries(map: YAMLMap): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
      const place = this.#place(offsetOf(key));
      const name = keyName(key);
      const node = value ? this.#convert(value) : emptyNode(place);
      if (name === "<<" && isPlain(key)) merged.push(...this.#mergeable(node));
      else if (name === undefined)
        this.#problem(this.#syntaxCode, offsetOf(key), "a key must be a plain word", "write a name before the colon");
      else this.#enter(entries, { key: name, place, node });
    }
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return entries;
  }

  #enter(entries: Map<string, Entry>, entry: Entry): void {
    const { key, place } = entry;
    const earlier = entries.get(key);
    if (["__proto__", "constructor", "prototype"].includes(key)) {
      this.#options.problems.add({
        code: "INV019",
        place,
        message: `the key "${key}" is reserved`,
        fix: "choose another name",
      });
    } else if (earlier) {
      const first = `line ${earlier.place.line}, column ${earlier.place.column}`;
      this.#options.problems.add({
        code: "INV004",
        place,
        message: `the key "${key}" was already given at ${first}`,
        fix: "keep one of them",
      });
    } else entries.set(key, entry);
  }

  #mergeable(node: DataNode): Entry[] {
    if (node.kind === "map") return [...node.entries.values()];
    if (node.kind === "list") return node.items.flatMap((item) => this.#mergeable(item));
    const { syntaxCode, problems } = { ...this.#options, syntaxCode: this.#syntaxCode };
    problems.add({
      code: syntaxCode,
      place: node.place,
      message: "`<<` merges mappings only",
      fix: "give it an alias of a mapping",
    });
    return [];
  }

  #follow(name: string, node: Node): DataNode {
    const target = this.#anchors.get(name);
    // Without a target the alias stands inside its own anchor: unknown names were refused by the parser.
    if (!target) {
      this.#problem(
        this.#syntaxCode,
        offsetOf(node),
        `the alias "${name}" refers to what it is part of`,
        "write the value out",
      );
      return emptyNode(this.#place(offsetOf(node)));
    }
    this.#count(node, target.values);
    return target.node;
  }

  #count(node: Node, values: number): void {
    this.#values += values;
    if (this.#values > this.#options.limits.values) throw new TooManyValues(offsetOf(node));
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#source.file, line, column: col };
  }

  #problem(code: string, offset: number, message: string, fix: string): undefined {
    this.#options.problems.add({ code, place: this.#place(offset), message, fix });
  }

  #limit(name: keyof InventoryLimits, value: number, offset: number, fix: string): undefined {
    return this.#problem("INV017", offset, `the file is beyond the limit ${name} = ${value}`, fix);
  }
}

class TooManyValues extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super("too many values");
    this.offset = offset;
  }
}

const secretsFix = "decrypt it first, or pass its values with -e @file";

function* compose(lexemes: readonly string[], length: number): Generator<Document.Parsed> {
  const parser = new Parser();
  // The library's own check for equal keys takes quadratic time, so keys are compared in #enter.
  const composer = new Composer({
    version: "1.2",
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
    logLevel: "error",
  });
  for (const lexeme of lexemes) for (const token of parser.next(lexeme)) yield* composer.next(token);
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end(false, length);
}

const offsetOf = (node: Node): number => node.range?.[0] ?? 0;

const isPlain = (key: Node): boolean => isScalar(key) && key.type === "PLAIN";

/** A key as it was written, so that `1.10` stays `1.10`. */
function keyName(key: Node): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : key.source;
}

const emptyNode = (place: Place): ScalarNode => ({ kind: "scalar", place, value: null, written: "", plain: true });

const tagProblem = (place: Place, tag: string) => ({
  code: "INV018",
  place,
  message: `the tag ${tag.split(/\s/)[0]} is not supported`,
  fix: tag.startsWith("!vault") ? secretsFix : "write a plain value",
});
