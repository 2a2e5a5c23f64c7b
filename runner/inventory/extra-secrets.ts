import { toValue } from "./data-node.ts";
import { extraVarWords, isInline, readExtraVarEntries } from "./extra-vars.ts";
import { masked } from "./secret-names.ts";

export interface WithoutSecrets {
  /** What may be kept, in the form that it was given. */
  readonly kept: readonly string[];
  /** The names of the variables that were left out. */
  readonly withheld: readonly string[];
}

/**
 * Values of `-e` without those that are in `secrets`, or sound as if they were or held one. A file is only named, so it
 * stays. Throws InputError when a value cannot be read.
 */
export async function withoutSecrets(values: readonly string[], secrets: ReadonlySet<string>): Promise<WithoutSecrets> {
  const parts = await Promise.all(values.map((value) => (value.startsWith("@") ? all(value) : split(value, secrets))));
  return { kept: parts.flatMap(({ kept }) => kept), withheld: parts.flatMap(({ withheld }) => withheld) };
}

const all = (value: string): WithoutSecrets => ({ kept: [value], withheld: [] });

async function split(value: string, secrets: ReadonlySet<string>): Promise<WithoutSecrets> {
  const entries = [...(await readExtraVarEntries(value)).values()].map(
    ({ key, node }) => [key, toValue(node)] as const,
  );
  const isSecret = ([name, held]: readonly [string, unknown]): boolean =>
    JSON.stringify(masked(name, held, secrets)) !== JSON.stringify(held);
  const withheld = entries.filter(isSecret).map(([name]) => name);
  if (withheld.length === 0) return all(value);
  const rest = entries.filter(([name]) => !withheld.includes(name));
  if (rest.length === 0) return { kept: [], withheld };
  if (isInline(value)) return { kept: [JSON.stringify(Object.fromEntries(rest))], withheld };
  const words = extraVarWords(value).filter((word) => !withheld.includes(word.split("=")[0]!));
  return { kept: [words.join(" ")], withheld };
}
