import { InputError } from "../errors.ts";

/** Escapes that leave what their author meant, and, as a group, all others. */
const ESCAPE = /\\(?:[\\`${nrt\r\n]|u(?:[\dA-Fa-f]{4}|\{[\dA-Fa-f]+\})|x[\dA-Fa-f]{2})|(\\.)/gs;

const sound = new WeakSet<TemplateStringsArray>();

/**
 * Throws InputError where a shell would not be given what stands in a template: JavaScript takes the backslash out of
 * `\.`, makes a control character of `\b` and drops the whole text around `\033`. `caller` is left out of the stack.
 */
export function requireEscapes(literal: TemplateStringsArray, caller: (...given: never[]) => unknown): void {
  if (sound.has(literal)) return;
  for (const text of literal.raw) {
    const lost = [...text.matchAll(ESCAPE)].find(([, other]) => other !== undefined);
    if (lost) throw refusal(lost[0], text.slice(0, lost.index + 2), caller);
  }
  sound.add(literal);
}

function refusal(lost: string, upToIt: string, caller: (...given: never[]) => unknown): InputError {
  const near = upToIt.trim().split("\n").at(-1)!.slice(-60);
  const message = `the shell would not get the backslash at the end of \`${near}\`: it is JavaScript's`;
  const error = new InputError({ code: "PLY016", message, fix: `write it twice: \`\\${lost}\`` });
  // So that the place that is told is the author's.
  Error.captureStackTrace(error, caller);
  return error;
}
