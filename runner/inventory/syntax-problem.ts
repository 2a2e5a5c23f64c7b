import type { Place, Problem } from "../errors.ts";
import { isEncrypted } from "../vault/envelope.ts";
import type { LineIndex } from "./line-index.ts";

/** What the YAML parser says about a text. */
export interface SyntaxComplaint {
  readonly code: string;
  readonly message: string;
  /** Offsets of the start and end of the place that is wrong. */
  readonly pos: readonly [number, number];
}

/** A parser's complaint as a problem: a tab (INV003), a tag (INV018) or another one, under `otherCode`. */
export function syntaxProblem(
  { code, message, pos }: SyntaxComplaint,
  text: string,
  lines: LineIndex,
  otherCode: string,
): Problem {
  const place = lines.placeOf(pos[0]);
  const lineStart = lines.startOf(pos[0]);
  const tab = /^ *\t/.exec(text.slice(lineStart, lineStart + 1000));
  if (tab) {
    const at = lines.placeOf(lineStart + tab[0].length - 1);
    return { code: "INV003", place: at, message: "a tab is not allowed as indentation", fix: "indent with spaces" };
  }
  if (code === "TAG_RESOLVE_FAILED") return tagProblem(lines, pos[0], text.slice(pos[0], pos[1]).trim());
  // What follows a colon in the parser's message can be the value itself, which may be a secret.
  return {
    code: otherCode,
    place,
    message: `not valid YAML: ${message.split(": ")[0]}`,
    fix: "mend the syntax at this position",
  };
}

/** A tag would be read as plain text, or build an object (INV018). */
export function tagProblem(lines: LineIndex, offset: number, tag: string): Problem {
  const place = lines.placeOf(offset);
  // A password that begins with an exclamation mark is a tag to YAML.
  const named = lines.hides(offset) ? "this tag" : `the tag ${tag.split(/\s/)[0]}`;
  return {
    code: "INV018",
    place,
    message: `${named} is not supported`,
    fix: "write a plain value, in quotes if it begins with !",
  };
}

/** The problem of a file in which something encrypted as a whole was found when it had been opened. */
export const encryptedTwice = (text: string, place: Place): Problem | undefined =>
  isEncrypted(text)
    ? {
        code: "INV018",
        place,
        message: "it is encrypted twice",
        fix: "take one of the two away: ts-play vault decrypt",
      }
    : undefined;
