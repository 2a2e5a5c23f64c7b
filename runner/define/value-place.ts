import { InputError } from "../errors.ts";
import { ShellScanner } from "./shell-scanner.ts";

/** Why a value cannot stand where the author's text puts it; undefined where it can. */
interface Misplaced {
  readonly where: string;
  readonly fix: string;
}

const FIX: Readonly<Record<string, string>> = {
  "single quotes": "leave the quotes out: the value is quoted already, and joins what stands beside it",
  "double quotes": "leave the quotes out: the value is quoted already, and joins what stands beside it",
  backquotes: "write $(...), in which values are quoted as everywhere",
  "a comment": "leave it out of the comment, which a line break in it would end",
  "a here-document": "hand the text over by `stdin`",
};

const VARIABLE_FIX = "put the value into a shell variable first: x=<value>, then $x";

/** Where in the text of a command the values stand, and whether what is quoted there reads as one value. */
export class ValuePlaces {
  readonly #scanner = new ShellScanner();
  #before = "";
  /** A value stands in a comment, which is well only as long as it is one line. */
  commented = false;

  text(text: string): void {
    this.#scanner.text(text);
    this.#before = text;
  }

  /** Takes the next value, before the text `after`. Throws InputError where it would not stay one word; `caller` is left out of the stack. */
  value(after: string, isOneLine: () => boolean, caller: (...given: never[]) => unknown): void {
    const commented = this.#scanner.inside === "a comment";
    this.commented ||= commented;
    const misplaced = commented && isOneLine() ? undefined : this.#misplaced(after);
    if (misplaced) throw refusal(misplaced, this.#before, caller);
    this.#scanner.word();
  }

  #misplaced(after: string): Misplaced | undefined {
    const { inside } = this.#scanner;
    if (inside !== "code") return { where: `inside ${inside}`, fix: FIX[inside] ?? VARIABLE_FIX };
    if (/(?<!\\)(\\\\)*\\$/.test(this.#before))
      return { where: "after a backslash, which would escape its quotes", fix: "leave the backslash out" };
    if (/(?<!\\)(\\\\)*\$([A-Za-z_]\w*)?$/.test(this.#before))
      return { where: "right after a `$` or a variable's name, which it would become a part of", fix: VARIABLE_FIX };
    if (/^[<>]/.test(after) && /(^|[\s;&|()])$/.test(this.#before))
      return { where: "right before a redirection, which would take a digit for its own", fix: "put a space after it" };
    return undefined;
  }
}

function refusal({ where, fix }: Misplaced, before: string, caller: (...given: never[]) => unknown): InputError {
  const near = before.trim().split("\n").at(-1)!.slice(-60);
  const error = new InputError({ code: "PLY015", message: `a value stands ${where} (after \`${near}\`)`, fix });
  // So that the place that is told is the author's.
  Error.captureStackTrace(error, caller);
  return error;
}
