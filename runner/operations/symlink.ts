import { z } from "zod";
import { type Command, sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, remove, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { treeFootprint } from "../probes/path-footprint.ts";
import { type ExistingPath, type PathState, pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { absentAfterwards, existsAfterwards } from "./path-effects.ts";
import { isSystemPath } from "./system-path.ts";

const args = z.object({
  path: absolutePath.describe("where the link is"),
  target: z
    .string()
    .min(1)
    .regex(/^[^\0\n\r]*$/, "a target holds no NUL and no line break")
    .describe("what the link says: an absolute path, or one from the link's own folder; it need not exist"),
  force: z.boolean().default(false).describe("put the link in the place of a file or folder that is there"),
});

type Arguments = z.output<typeof args>;

/** Keeps a symbolic link to this target; a link to something else is replaced in one moment. */
export const symlink = defineOperation({
  name: "symlink",
  summary: "A symbolic link to this target; a link to something else is replaced in one moment.",
  example: `symlink({ path: "/etc/localtime", target: "/usr/share/zoneinfo/UTC" })`,
  args,
  subject: ({ path }) => path,
  read: ({ path }) => ({ state: pathState(path) }),
  plan: ({ args, current: { state } }) => {
    if (state.type === "symlink" && state.target === args.target) return [];
    if (state.type === "absent" || state.type === "symlink") return [link(args, state)];
    return takeThePlace(args, state);
  },
});

function takeThePlace(args: Arguments, state: ExistingPath): readonly Step[] {
  const { path, force } = args;
  if (!force || isSystemPath(path)) {
    throw new TaskRefusal(
      `${path} is a ${state.type}, not a symbolic link`,
      isSystemPath(path) ? "name another path" : "name another path, or set `force: true` to replace it",
    );
  }
  if (state.type !== "directory") return [link(args, state)];
  return [remove(path, { recursive: true, effects: absentAfterwards(path) }), link(args, state)];
}

function link({ path, target }: Arguments, state: PathState): Step {
  const oldTarget = state.type === "symlink" ? state.target : undefined;
  return run(isFree(state) ? sh`ln -s -- ${target} ${path}` : replacing(path, target), {
    changes: [
      ...(state.type === "symlink" ? [] : [change("type", state.type, "symlink")]),
      change("target", oldTarget, target),
    ],
    effects: existsAfterwards(path, { type: "symlink", mode: "0777", owner: "root", group: "root", target }),
    // What is below the path is seen through the link.
    touches: [treeFootprint(path)],
  });
}

const isFree = ({ type }: PathState): boolean => type === "absent" || type === "directory";

/** rename(2) leaves no moment without a link; without -T it would move into the folder that the old link points to. */
const replacing = (path: string, target: string): Command =>
  sh`t=${path}.ts-play.$$; ln -s -- ${target} "$t" && mv -fT -- "$t" ${path} || { rm -f -- "$t"; exit 1; }`;
