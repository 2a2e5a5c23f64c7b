import { z } from "zod";
import { defineOperation } from "../define/operation.ts";
import { reveal, Secret } from "../define/secret.ts";
import { TaskRefusal } from "../define/task.ts";
import { type Edit, editArguments, editFile, editReads } from "./edited-file.ts";
import { positionArguments, refuseTwoPlaces } from "./line-pattern.ts";
import { insertLines, joinLines, removeLines, splitLines, type TextLines } from "./text-lines.ts";

const oneLine = z.string().regex(/^[^\0\n]*$/, "one line is needed");

const args = z
  .object({
    ...editArguments,
    name: oneLine.min(1).describe("tells this block from others in the file; stands in its two marker lines"),
    content: z
      .union([z.string(), z.instanceof(Secret)])
      .default("")
      .describe("the lines between the markers; may be a secret"),
    present: z.boolean().default(true).describe("false: neither the block nor its markers"),
    comment: oneLine.default("#").describe("what begins a comment in this file; the marker lines are comments"),
    ...positionArguments,
  })
  .superRefine(refuseTwoPlaces)
  .superRefine((args, context) => {
    if (
      blockLines(args)
        .slice(1, -1)
        .some((line) => Object.values(markersOf(args)).includes(line))
    ) {
      context.addIssue({ code: "custom", path: ["content"], message: "it holds a marker line of this block" });
    }
  });

type Arguments = z.output<typeof args>;

/** Keeps a block of lines between two marker lines in a file; what is outside stays byte for byte. */
export const block = defineOperation({
  name: "block",
  summary: "A block of lines between two marker lines in a file; what is outside stays byte for byte.",
  example: `block({ path: "/etc/hosts", name: "cluster", content: "10.0.0.11 cp1\\n10.0.0.12 cp2\\n" })`,
  args,
  subject: ({ path, name }) => `${path}: ${name}`,
  read: ({ path }) => editReads(path),
  plan: ({ args, current }) => editFile(args, current, (text) => editBlock(text, args)),
});

function editBlock(text: string, args: Arguments): Edit {
  const old = splitLines(text);
  const range = findBlock(old.lines, args);
  const wanted = args.present ? blockLines(args) : undefined;
  const found = range && old.lines.slice(...range);
  if (found?.join("\n") === wanted?.join("\n")) return { text, parts: [] };
  const part = { attribute: "block", from: found && inner(found), to: wanted && shownContent(args, wanted) };
  return { text: joinLines(placed(old, range, wanted, args)), parts: [part] };
}

type Range = readonly [from: number, to: number];

function placed(
  old: TextLines,
  range: Range | undefined,
  wanted: readonly string[] | undefined,
  args: Arguments,
): TextLines {
  if (range === undefined) return insertLines(old, wanted ?? [], args);
  const [from, to] = range;
  if (wanted === undefined) return removeLines(old, (_, at) => from <= at && at < to);
  return { ...old, lines: old.lines.toSpliced(from, to - from, ...wanted) };
}

/** Throws TaskRefusal when the markers do not make one block: nobody knows which lines would be lost. */
function findBlock(lines: readonly string[], args: Arguments): Range | undefined {
  const { begin, end } = markersOf(args);
  const from = lines.indexOf(begin);
  const to = lines.indexOf(end);
  if (from < 0 && to < 0) return undefined;
  const single = from === lines.lastIndexOf(begin) && to === lines.lastIndexOf(end);
  if (single && 0 <= from && from < to) return [from, to + 1];
  throw new TaskRefusal(
    `the marker lines of block "${args.name}" in ${args.path} are not one pair`,
    `leave exactly one "${begin}" with one "${end}" after it, or neither`,
  );
}

const markersOf = ({ comment, name }: Arguments) => ({
  begin: `${comment} BEGIN ${name}`.trimStart(),
  end: `${comment} END ${name}`.trimStart(),
});

function blockLines(args: Arguments): readonly string[] {
  const { begin, end } = markersOf(args);
  const content = args.content instanceof Secret ? reveal(args.content) : args.content;
  return [begin, ...splitLines(content).lines, end];
}

const inner = (lines: readonly string[]): string =>
  lines
    .slice(1, -1)
    .map((line) => `${line}\n`)
    .join("");

const shownContent = ({ content }: Arguments, lines: readonly string[]): string | Secret =>
  content instanceof Secret ? content : inner(lines);
