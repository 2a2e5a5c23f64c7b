import { z } from "zod";
import { temporaryFile } from "../define/command.ts";
import { Secret, secretWith } from "../define/secret.ts";
import { type Change, change, type Step, write } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { fileText } from "../probes/file-text.ts";
import { type ExistingPath, type PathState, pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { ownershipChanges } from "./ownership.ts";
import { writtenAfterwards } from "./path-effects.ts";
import { isPrivateMode } from "./private-mode.ts";
import { safeWriteArguments } from "./safe-write.ts";

/** The arguments of every operation that changes a part of a file. */
export const editArguments = {
  path: absolutePath.describe("the file to edit: UTF-8 text of at most 1 MB; mode and owner stay as they are"),
  create: z.boolean().default(false).describe("make the file when it is not there, owned by root with mode 0644"),
  ...safeWriteArguments,
};

/** What an edit must know. */
export const editReads = (path: string) => ({ state: pathState(path), text: fileText(path) });

interface Current {
  readonly state: PathState;
  readonly text: string | undefined;
}

/** A part of the text that changes. */
export interface PartChange {
  readonly attribute: string;
  readonly from: string | undefined;
  readonly to: string | Secret | undefined;
}

export interface Edit {
  readonly text: string;
  readonly parts: readonly PartChange[];
}

type FileArguments = Pick<Parameters<typeof write>[0], "path" | "validate" | "backup">;

const created = { mode: "0644", owner: "root", group: "root" };

/** The one write that an edit needs; none when it changes nothing. Throws TaskRefusal for what is not a file. */
export function editFile(
  args: FileArguments & { readonly create: boolean },
  { state, text }: Current,
  edit: (text: string) => Edit,
): readonly Step[] {
  const { path, create } = args;
  if (state.type !== "file" && state.type !== "absent") throw notAFile(path, state);
  const old = state.type === "file" ? state : undefined;
  // A size that was really seen, but no text: the file came or went in between, and an edit would lose what is in it.
  if (old?.size !== undefined && text === undefined) throw new TaskRefusal(`${path} changed while it was read`);
  const edited = edit(text ?? "");
  if (edited.parts.length === 0) return [];
  if (old === undefined && !create)
    throw new TaskRefusal(`there is no file ${path}`, "set `create: true`, or write it with `file` first");
  const ownership = old ?? created;
  const hidden = isPrivateMode(ownership.mode) || edited.parts.some(({ to }) => to instanceof Secret);
  const secrets = edited.parts.flatMap(({ to }) => (to instanceof Secret ? [to] : []));
  const content = hidden ? secretWith(edited.text, secrets) : edited.text;
  return [
    write({
      ...args,
      ...ownershipOf(ownership),
      content,
      once: secrets.length > 0 ? undefined : editKey(args, ownership),
      changes: [...shown(args.path, text, edited, hidden), ...(old ? [] : ownershipChanges(old, created))],
      effects: writtenAfterwards(path, content, ownership),
    }),
  ];
}

/** Edits that differ in nothing but the text can be one write. */
const editKey = ({ path, validate, backup }: FileArguments, { mode, owner, group }: typeof created): string =>
  JSON.stringify([path, mode, owner, group, validate?.(temporaryFile).toString(), backup]);

const ownershipOf = ({ mode, owner, group }: typeof created) => ({ mode, owner, group });

/** The parts that change; the first with the whole edit as a diff. */
const shown = (path: string, before: string | undefined, edited: Edit, hidden: boolean): readonly Change[] =>
  edited.parts.map(({ attribute, from, to }, i) =>
    hidden
      ? change(attribute, from === undefined ? from : new Secret(from), to)
      : change(attribute, from, to, i === 0 ? { path, before, after: edited.text } : undefined),
  );

function notAFile(path: string, state: ExistingPath): TaskRefusal {
  if (state.type !== "symlink")
    return new TaskRefusal(`${path} is a ${state.type}, not a file`, "name the file to edit");
  return new TaskRefusal(`${path} is a symbolic link to ${state.target}`, "name the file that it points to");
}
