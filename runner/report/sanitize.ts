const CLEAN = /^[\n\t\x20-\x7e]*$/;
/** CSI (colours, cursor) and finished OSC or DCS strings (titles, links, clipboard), ECMA-48 section 5. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
const SEQUENCE = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/**
 * Makes text from a host safe for a terminal or a log: no control characters but newline and tab, no text direction
 * controls, no lone surrogates. Escape sequences go whole; what else is unsafe becomes U+FFFD. Safe text is unchanged.
 */
export const sanitize = (text: string): string =>
  CLEAN.test(text)
    ? text
    : text
        .replace(SEQUENCE, "")
        .replace(/\r\n?/g, "\n")
        .replace(/[\u2028\u2029]/g, "\n")
        .replace(UNSAFE, "\ufffd");

/** `sanitize` for what must stay on one line: names, titles, commands. */
export const oneLine = (text: string): string => sanitize(text).replace(/\s*[\n\t]\s*/g, " ");

/** A copy of plain data in which every text is safe to print. */
export function sanitizeAll<T>(value: T): T;
export function sanitizeAll(value: unknown): unknown {
  if (typeof value === "string") return sanitize(value);
  if (Array.isArray(value)) return value.map(sanitizeAll);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sanitizeAll(item)]));
}
