import { InputError } from "../errors.ts";

/** One part of a host pattern: which names it means and which of the matching hosts it takes. */
export interface PatternPart {
  /** The part without its subscript. */
  readonly expression: string;
  readonly isMatch: (name: string) => boolean;
  readonly slice: <T>(hosts: readonly T[]) => readonly T[];
}

/** Reads `~regex`, a glob or a plain name, with a subscript after the latter two. Throws InputError (CLI004). */
export function readPart(part: string): PatternPart {
  if (part.startsWith("~")) {
    const regex = compile(part.slice(1), part);
    return { expression: part, isMatch: (name) => regex.test(name), slice: (hosts) => hosts };
  }
  const match = /^(.+)\[(?:(-?\d+)|(\d*)[:-](\d*))\]$/.exec(part);
  if (!match) return { expression: part, isMatch: globMatcher(part), slice: (hosts) => hosts };
  const [, expression = "", index, from, to] = match;
  const slice = index === undefined ? range(from, to) : one(Number(index));
  return { expression, isMatch: globMatcher(expression), slice };
}

/** `[-1]` is the last. */
const one =
  (index: number): PatternPart["slice"] =>
  (hosts) =>
    hosts.slice(index, index === -1 ? undefined : index + 1);

/** Both ends are included, unlike in most languages. */
function range(from = "", to = ""): PatternPart["slice"] {
  return (hosts) => hosts.slice(Number(from), to === "" ? undefined : Number(to) + 1);
}

/** A shell glob (fnmatch): `*`, `?`, `[abc]`, `[!abc]`. */
function globMatcher(glob: string): (name: string) => boolean {
  if (!/[*?[]/.test(glob)) return (name) => name === glob;
  const source = glob.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (token, negated: string, set: string | undefined) => {
    if (set !== undefined) return `[${negated ? "^" : ""}${set.replace(/[\\^\]]/g, "\\$&")}]`;
    if (token === "*") return ".*";
    return token === "?" ? "." : token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  const regex = compile(`(?:${source})$`, glob);
  return (name) => regex.test(name);
}

/** Anchored at the start, as Ansible matches. */
function compile(source: string, part: string): RegExp {
  try {
    return new RegExp(`^(?:${source})`, "s");
  } catch (cause) {
    throw new InputError(
      {
        code: "CLI004",
        message: `"${part}" is not a valid pattern`,
        fix: "mend the regular expression or the brackets",
      },
      cause,
    );
  }
}
