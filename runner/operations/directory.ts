import { dirname } from "node:path/posix";
import { z } from "zod";
import { sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, type Effect, predict, remove, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { pathExists } from "../probes/path-exists.ts";
import { pathFootprint } from "../probes/path-footprint.ts";
import { type ExistingPath, type PathState, pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { ownershipArguments, ownershipChanges, setOwnership } from "./ownership.ts";
import { absentAfterwards, existsAfterwards, ownedAfterwards } from "./path-effects.ts";

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
    if (state.type === "directory") return own(args, state);
    if (state.type === "absent") return [make(args)];
    return takeThePlace(args, state);
  },
});

function own(args: Arguments, state: ExistingPath): readonly Step[] {
  const { path } = args;
  const changes = ownershipChanges(state, args);
  if (changes.length === 0) return [];
  const effects = [ownedAfterwards(path, state, args)];
  return [run(setOwnership(path, args), { changes, effects, touches: [pathFootprint(path)] })];
}

function make(args: Arguments): Step {
  const { path, mode, owner, group } = args;
  const parents = parentsOf(path);
  // The wanted mode from the start, so that nobody can look in before the owner is set.
  return run(sh`umask 022 && mkdir -p -m 0${mode} ${path} && ${setOwnership(path, args)}`, {
    changes: [change("type", "absent", "directory"), ...ownershipChanges(undefined, args)],
    effects: [
      ...parents.flatMap(parentAfterwards),
      ...existsAfterwards(path, { type: "directory", mode, owner, group }),
    ],
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

/** All folders above a path but the root, the topmost first. */
function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === "/" ? [] : [...parentsOf(parent), parent];
}

const parentAfterwards = (path: string): readonly Effect[] => [
  predict(pathState(path), madeWhenAbsent),
  predict(pathExists(path), true),
];

const madeWhenAbsent = (before: PathState): PathState =>
  before.type === "absent" ? { type: "directory", mode: "0755", owner: "root", group: "root" } : before;
