import { z } from "zod";
import { sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, remove, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { pathFootprint } from "../probes/path-footprint.ts";
import { type ExistingPath, pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { ownPath } from "./own-path.ts";
import { ownershipArguments, ownershipChanges, setOwnership } from "./ownership.ts";
import { madeAfterwards, parentsOf } from "./parent-folders.ts";
import { absentAfterwards, existsAfterwards } from "./path-effects.ts";

const args = z.object({
  path: absolutePath.describe("where the folder is; missing folders above it are made, owned by root with mode 0755"),
  ...ownershipArguments("0755"),
  force: z.boolean().default(false).describe("put the folder in the place of a file or link that is there"),
});

type Arguments = z.output<typeof args>;

/** Keeps a folder with this mode and owner; what is in it is left alone. */
export const directory = defineOperation({
  name: "directory",
  summary: "A folder with this mode and owner; what is in it is left alone.",
  example: `directory({ path: "/var/lib/etcd", mode: "0700", owner: "root" })`,
  args,
  subject: ({ path }) => path,
  read: ({ path }) => ({ state: pathState(path) }),
  plan: ({ args, current: { state } }) => {
    if (state.type === "directory") return ownPath(args, state);
    if (state.type === "absent") return [make(args)];
    return takeThePlace(args, state);
  },
});

function make(args: Arguments): Step {
  const { path, mode, owner, group } = args;
  const parents = parentsOf(path);
  // The wanted mode from the start, so that nobody can look in before the owner is set.
  return run(sh`umask 022 && mkdir -p -m 0${mode} ${path} && ${setOwnership(path, args)}`, {
    changes: [change("type", "absent", "directory"), ...ownershipChanges(undefined, args)],
    effects: [...parents.flatMap(madeAfterwards), ...existsAfterwards(path, { type: "directory", mode, owner, group })],
    touches: [...parents, path].map(pathFootprint),
  });
}

function takeThePlace(args: Arguments, state: ExistingPath): readonly Step[] {
  const { path, force } = args;
  if (!force) {
    const target = state.target === undefined ? "" : ` to ${state.target}`;
    throw new TaskRefusal(
      `${path} is a ${state.type}${target}, not a folder`,
      "name another path, or set `force: true` to replace it",
    );
  }
  const step = make(args);
  const changes = [change("type", state.type, "directory"), ...step.changes.slice(1)];
  return [remove(path, { effects: absentAfterwards(path) }), { ...step, changes }];
}
