import { createTwoFilesPatch } from "diff";

const MAX_CHARACTERS = 1_000_000;
/** Beyond this many changed lines a comparison costs seconds and nobody reads it. */
const MAX_EDITS = 2000;
const MAX_LINES = 400;

/**
 * A unified diff of two texts of one file; "" when they are equal; one line that says why where a diff would be of no use.
 * With `hideOld` lines that go are `***`; all others are in the new text as well.
 */
export function unifiedDiff(before: string, after: string, path: string, hideOld = false): string {
  if (before === after) return "";
  if (isBinary(before) || isBinary(after)) return `${path}: binary content differs, ${sizes(before, after)}`;
  if (Math.max(before.length, after.length) > MAX_CHARACTERS) return tooLarge(before, after, path);
  const patch = createTwoFilesPatch(`${path} (now)`, `${path} (wanted)`, before, after, undefined, undefined, {
    context: 3,
    maxEditLength: MAX_EDITS,
  });
  if (patch === undefined) return tooLarge(before, after, path);
  // Without the `====` line that tools put first.
  const [from = "", to = "", ...lines] = patch.trimEnd().split("\n").slice(1);
  return shorten([from, to, ...(hideOld ? lines.map(hidden) : lines)]);
}

const isBinary = (text: string): boolean => text.includes("\0") || text.includes("\ufffd");

const sizes = (before: string, after: string): string =>
  `${Buffer.byteLength(before)} -> ${Buffer.byteLength(after)} bytes`;

const tooLarge = (before: string, after: string, path: string): string =>
  `${path}: too many differences to show, ${sizes(before, after)}`;

const hidden = (line: string): string => (line.startsWith("-") ? "-***" : line);

/** Not longer than people read. */
function shorten(lines: readonly string[]): string {
  const left = lines.length - MAX_LINES;
  return (left > 0 ? [...lines.slice(0, MAX_LINES), `... ${left} more lines`] : lines).join("\n");
}
