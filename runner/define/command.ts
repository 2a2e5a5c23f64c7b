import { InputError } from "../errors.ts";
import { requireEscapes } from "./lost-escapes.ts";
import { quote } from "./quote.ts";
import { Ref } from "./ref.ts";
import { Secret } from "./secret.ts";
import { ValuePlaces } from "./value-place.ts";

/** Stands for the temporary file in `validate: (file) => sh\`haproxy -c -f ${file}\``. */
export class Placeholder {
  // Private, so that the compiler takes no other object with a name for one.
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }
}

/** The file that a validator is given before it replaces the old one. */
export const temporaryFile = new Placeholder("file");

type Word = string | number | Ref<string>;
export type Argument = Word | readonly Word[] | Command | Placeholder;
export type Part = { readonly text: string } | { readonly ref: Ref<string> } | { readonly placeholder: string };

/** A shell command as data: text as the author wrote it, and values that will be quoted. */
export class Command {
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = Object.freeze(merge(parts));
  }

  /** True when the text is all there: no ref and no placeholder is left to fill in. */
  get isComplete(): boolean {
    return this.parts.every((part) => "text" in part);
  }

  /** The command as a plan shows it. */
  toString(): string {
    return this.parts
      .map((part) => ("text" in part ? part.text : "ref" in part ? `<${part.ref.label}>` : `<${part.placeholder}>`))
      .join("");
  }
}

/**
 * A POSIX shell command: each value is quoted as one argument, an array as many, a command is taken as it is.
 * A Secret is refused, because arguments show in process lists: hand it over by `stdin` or `env`. A value inside the
 * author's own quotes, or wherever else it would not stay one word, is refused, too, and so is a backslash that
 * JavaScript would take for its own. Throws InputError.
 */
export function sh(literal: TemplateStringsArray, ...values: readonly Argument[]): Command {
  requireEscapes(literal, sh);
  requireWords(literal, values);
  return new Command(literal.flatMap((text, i) => [{ text }, ...(i < values.length ? partsOf(values[i]!, text) : [])]));
}

/** Texts of templates in which any value stands well: a role makes its commands again for each host. */
const safe = new WeakSet<TemplateStringsArray>();

function requireWords(literal: TemplateStringsArray, values: readonly Argument[]): void {
  if (values.length === 0 || safe.has(literal)) return;
  const places = new ValuePlaces();
  for (const [i, text] of literal.entries()) {
    places.text(text);
    const value = values[i];
    if (i < values.length) places.value(literal[i + 1]!, () => isOneLine(value!), sh);
    if (value instanceof Command) for (const part of value.parts) if ("text" in part) places.text(part.text);
  }
  if (!places.commented && !values.some((value) => value instanceof Command)) safe.add(literal);
}

/** Known to hold no line break. */
function isOneLine(value: Argument): boolean {
  if (value instanceof Command) return value.isComplete && !value.toString().includes("\n");
  return [value].flat().every((word) => ["string", "number"].includes(typeof word) && !String(word).includes("\n"));
}

/** A command whose text comes from elsewhere (a file of the role, a probe); nothing in it is quoted. */
export const script = (text: string): Command => new Command([{ text }]);

/**
 * The command as text for a shell. `refs` gives the values of refs, which are quoted;
 * `placeholders` gives shell text for placeholders, which is taken as it is (`"$t"`).
 */
export function commandText(
  command: Command,
  refs: (ref: Ref<string>) => string,
  placeholders: Readonly<Record<string, string>> = {},
): string {
  const textOf = (part: Part): string => {
    if ("text" in part) return part.text;
    return "ref" in part ? quote(refs(part.ref)) : (placeholders[part.placeholder] ?? "");
  };
  return command.parts.map(textOf).join("");
}

function partsOf(value: Argument, before: string): readonly Part[] {
  if (value instanceof Command) return value.parts;
  if (value instanceof Placeholder) return [{ placeholder: value.name }];
  return [value].flat().flatMap((word, i) => [...(i ? [{ text: " " }] : []), partOf(word as Word, before)]);
}

function partOf(word: unknown, before: string): Part {
  if (word instanceof Ref) return { ref: word as Ref<string> };
  if (typeof word === "string" || typeof word === "number") return { text: quote(String(word)) };
  const what = word instanceof Secret ? "a Secret" : String(word);
  throw new InputError({
    code: "PLY011",
    message: `${what} cannot be an argument of a command (after \`${before.trim()}\`)`,
    fix:
      word instanceof Secret
        ? "pass it by `stdin` or `env`: arguments show in the host's process list"
        : "give text or a number",
  });
}

/** Two commands that read the same are equal, however their text was put together. */
function merge(parts: readonly Part[]): Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if ("text" in part && last && "text" in last) merged[merged.length - 1] = { text: last.text + part.text };
    else if (!("text" in part) || part.text !== "") merged.push(part);
  }
  return merged;
}
