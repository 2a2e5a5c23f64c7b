import { noKeys, type VaultKeys } from "../vault/keyring.ts";
import { describe, type Entry, type ScalarNode } from "./data-node.ts";
import type { Layer } from "./draft.ts";
import { defaultLimits, type InventoryLimits } from "./limits.ts";
import { ProblemList } from "./problem-list.ts";
import { isSecretName } from "./secret-names.ts";
import { readSource, type SourceText } from "./source-text.ts";
import { checkVariables } from "./variable-check.ts";
import { Vaulted } from "./vaulted.ts";
import { readYaml } from "./yaml-document.ts";

interface Context {
  readonly limits: InventoryLimits;
  readonly problems: ProblemList;
  readonly vaulted: Vaulted;
}

const FILE = "-e";
const CODE = "CLI007";

/** The layer of variables given as `-e key=value`, `-e @file` or `-e '{"key": 1}'`; a later one wins. */
export async function readExtraVars(values: readonly string[], context: Context): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const value of values) {
    const entries = await entriesOf(value, context);
    checkVariables(entries.values(), context.problems);
    layers.push({ label: "extra vars", entries });
  }
  return layers;
}

/** The variables of one value of `-e`; `keys` open an encrypted file. Throws InputError when it cannot be read. */
export async function readExtraVarEntries(
  value: string,
  keys: VaultKeys = noKeys,
): Promise<ReadonlyMap<string, Entry>> {
  const context = { limits: defaultLimits, problems: new ProblemList(), vaulted: new Vaulted(keys) };
  const entries = await entriesOf(value, context);
  context.problems.throwIfAny();
  return entries;
}

/** True for JSON and YAML, false for `key=value` pairs. */
export const isInline = (value: string): boolean => /^\s*[[{]/.test(value);

const WORD = /(?:"[^"]*"|'[^']*'|[^\s"'])+|["']/g;

/** The pairs of one value of `-e`, as they were written. */
export const extraVarWords = (value: string): readonly string[] => value.match(WORD) ?? [];

async function entriesOf(value: string, context: Context): Promise<ReadonlyMap<string, Entry>> {
  if (value.startsWith("@")) {
    const read = await readSource(value.slice(1), context.limits, context.problems, CODE);
    const source = await context.vaulted.open(read, context.problems);
    return source ? documentEntries(source, context) : new Map();
  }
  const entries = isInline(value)
    ? documentEntries({ file: FILE, text: value }, context)
    : pairs(value, context.problems);
  for (const entry of entries.values()) refuseSecret(entry, context.problems);
  return entries;
}

function documentEntries(source: SourceText, context: Context): ReadonlyMap<string, Entry> {
  const root = readYaml(source, { ...context, syntaxCode: CODE });
  if (!root) return new Map();
  if (root.kind === "map") return root.entries;
  const message = `extra vars are a mapping, not ${describe(root)}`;
  context.problems.add({ code: CODE, place: root.place, message, fix: 'write key=value or {"key": "value"}' });
  return new Map();
}

/** `a=1 b="two words"`: as in Ansible, several pairs may stand in one value. */
function pairs(value: string, problems: ProblemList): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const word of value.matchAll(WORD)) {
    const place = { file: FILE, line: 1, column: word.index + 1 };
    const match = /^([^=]+)=(.*)$/s.exec(word[0]);
    if (match) entries.set(match[1]!, { key: match[1]!, place, node: textNode(match[1]!, match[2]!, place) });
    else
      problems.add({
        code: CODE,
        place,
        message: "extra vars need the form key=value",
        fix: "write key=value, with quotes around a value with spaces",
      });
  }
  if (entries.size === 0 && value.trim() === "") {
    problems.add({
      code: CODE,
      place: { file: FILE },
      message: "the value of -e is empty",
      fix: "write key=value, @file or a JSON object",
    });
  }
  return entries;
}

function textNode(key: string, text: string, place: { file: string; line: number; column: number }): ScalarNode {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  const column = place.column + key.length + 1;
  return { kind: "scalar", place: { ...place, column }, value: quoted?.[2] ?? text, written: text, plain: !quoted };
}

function refuseSecret({ key, place }: Entry, problems: ProblemList): void {
  if (!isSecretName(key)) return;
  const message = `"${key}" is a secret, and everyone on this machine can read a command line`;
  problems.add({
    code: "CLI008",
    place,
    message,
    fix: "put it into a file with mode 0600 and give -e @file, or let ts-play ask for it",
  });
}
