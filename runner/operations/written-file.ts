import { z } from "zod";
import { type Content, contentHash } from "../define/content.ts";
import { defineOperation, type PlanInput } from "../define/operation.ts";
import type { Probe } from "../define/probe.ts";
import { change, remove, type Step, write } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { fileHash } from "../probes/file-hash.ts";
import { treeFootprint } from "../probes/path-footprint.ts";
import { type ExistingPath, type PathState, pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { contentChange } from "./content-change.ts";
import { ownPath } from "./own-path.ts";
import { ownershipArguments, ownershipChanges } from "./ownership.ts";
import { absentAfterwards, writtenAfterwards } from "./path-effects.ts";
import { safeWriteArguments } from "./safe-write.ts";
import { isSystemPath } from "./system-path.ts";

/** An operation that keeps the content, mode and owner of one file; `file` and `template` differ in the content they take. */
export const writtenFile = <In extends Content>(words: {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  readonly content: z.ZodType<Content, In>;
}) =>
  defineOperation({
    name: words.name,
    summary: words.summary,
    example: words.example,
    args: argumentsWith(words.content),
    subject: ({ path }) => path,
    read: ({ path }) => ({ state: pathState(path), hash: fileHash(path) }),
    plan: planFile,
  });

const argumentsWith = <In extends Content>(content: z.ZodType<Content, In>) =>
  z.object({
    path: absolutePath.describe("where the file is"),
    content,
    ...ownershipArguments("0644"),
    ...safeWriteArguments,
    force: z.boolean().default(false).describe("put the file in the place of a folder, link or device that is there"),
  });

type Arguments = z.output<ReturnType<typeof argumentsWith<Content>>>;
type Reads = { readonly state: Probe<PathState>; readonly hash: Probe<string | undefined> };

function planFile({ args, current: { state, hash } }: PlanInput<Arguments, Reads>): readonly Step[] {
  if (state.type === "file") return isSame(args.content, hash) ? ownPath(args, state) : [replace(args, state, hash)];
  return state.type === "absent" ? [replace(args, undefined, undefined)] : takeThePlace(args, state);
}

/** A value that is not known yet is only asked for where there is no file: an existing one is taken to hold it. */
function isSame(content: Content, hash: string | undefined): boolean {
  const wanted = contentHash(content);
  return wanted === undefined || wanted === hash;
}

function replace(args: Arguments, state: ExistingPath | undefined, hash: string | undefined): Step {
  const { path, content } = args;
  return write({
    ...args,
    changes: [contentChange(path, state && { state, hash }, content), ...ownershipChanges(state, args)],
    effects: writtenAfterwards(path, content, args),
  });
}

function takeThePlace(args: Arguments, state: ExistingPath): readonly Step[] {
  const { path, force } = args;
  if (!force || isSystemPath(path)) {
    throw new TaskRefusal(
      `${path} is a ${state.type}, not a file`,
      isSystemPath(path) ? "name another path" : "name another path, or set `force: true` to replace it",
    );
  }
  const step = replace(args, undefined, undefined);
  const changes = [change("type", state.type, "file"), ...step.changes];
  // rename(2) replaces anything but a folder; what was below a link to a folder is then gone.
  if (state.type !== "directory") return [{ ...step, changes, touches: [treeFootprint(path)] }];
  return [remove(path, { recursive: true, effects: absentAfterwards(path) }), { ...step, changes }];
}
