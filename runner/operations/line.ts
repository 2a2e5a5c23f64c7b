import { z } from "zod";
import { defineOperation } from "../define/operation.ts";
import { reveal, Secret } from "../define/secret.ts";
import { type Edit, editArguments, editFile, editReads } from "./edited-file.ts";
import { linePattern, positionArguments, refuseTwoPlaces } from "./line-pattern.ts";
import { insertLines, joinLines, removeLines, splitLines } from "./text-lines.ts";

const args = z
  .object({
    ...editArguments,
    line: z
      .union([z.string(), z.instanceof(Secret)])
      .optional()
      .describe("the whole line, without its end; may be a secret"),
    match: linePattern
      .optional()
      .describe("the line to replace: the last one that matches. With `present: false`, all lines to remove"),
    present: z.boolean().default(true).describe("false: no such line"),
    ...positionArguments,
  })
  .superRefine(refuseTwoPlaces)
  .superRefine(refuseUnclear);

type Arguments = z.output<typeof args>;

/** Keeps one line in a file, or keeps it out; all other lines stay byte for byte. */
export const line = defineOperation({
  name: "line",
  summary: "One line in a file, or none of a kind; all other lines stay byte for byte.",
  example: `line({ path: "/etc/ssh/sshd_config", match: /^#?PermitRootLogin /, line: "PermitRootLogin no" })`,
  args,
  subject: ({ path, line, match }) => `${path}: ${typeof line === "string" ? line : (match ?? "a secret")}`,
  read: ({ path }) => editReads(path),
  plan: ({ args, current }) =>
    editFile(args, current, (text) => (args.present ? withLine(text, args) : withoutLines(text, args))),
});

function withLine(text: string, args: Arguments): Edit {
  const { line, match } = args;
  const plain = plainText(line ?? "");
  const old = splitLines(text);
  const at = old.lines.findLastIndex((each) => (match === undefined ? each === plain : new RegExp(match).test(each)));
  if (old.lines[at] === plain) return { text, parts: [] };
  const lines = at < 0 ? insertLines(old, [plain], args) : { ...old, lines: old.lines.with(at, plain) };
  return { text: joinLines(lines), parts: [{ attribute: "line", from: old.lines[at], to: line }] };
}

function withoutLines(text: string, { line, match }: Arguments): Edit {
  const old = splitLines(text);
  const unwanted = (each: string) => (match === undefined ? each === plainText(line!) : new RegExp(match).test(each));
  // A secret that goes must not be shown either, so it is hidden like one that comes.
  const hide = (each: string) => (line instanceof Secret ? "***" : each);
  const parts = old.lines.filter(unwanted).map((each) => ({ attribute: "line", from: hide(each), to: undefined }));
  return { text: joinLines(removeLines(old, unwanted)), parts };
}

const plainText = (line: string | Secret): string => (line instanceof Secret ? reveal(line) : line);

function refuseUnclear(
  { line, match, present }: Pick<Arguments, "line" | "match" | "present">,
  context: z.RefinementCtx,
): void {
  const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (line === undefined) {
    if (present) refuse("line", "the line that must be there is needed");
    else if (match === undefined) refuse("line", "give the line that must not be there, or `match` for all of a kind");
    return;
  }
  const plain = plainText(line);
  if (/[\n\0]/.test(plain)) refuse("line", "one line is needed, without a line break; use `block` for many");
  if (present && match !== undefined && !new RegExp(match).test(plain)) {
    refuse("match", "the line must match it too, or the next run would not find the line and change another one");
  }
  if (!present && match !== undefined) refuse("match", "with `present: false` give `line` or `match`, not both");
}
