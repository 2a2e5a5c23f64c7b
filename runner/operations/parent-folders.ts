import { dirname } from "node:path/posix";
import { type Effect, predict } from "../define/step.ts";
import { pathExists } from "../probes/path-exists.ts";
import { type PathState, pathState } from "../probes/path-state.ts";

/** All folders above a path but the root, the topmost first. */
export function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === "/" ? [] : [...parentsOf(parent), parent];
}

/** What the probes of a folder will answer once it is made where it was missing, as `mkdir -p` does under umask 022. */
export const madeAfterwards = (path: string): readonly Effect[] => [
  predict(pathState(path), madeWhenAbsent),
  predict(pathExists(path), true),
];

const madeWhenAbsent = (before: PathState): PathState =>
  before.type === "absent" ? { type: "directory", mode: "0755", owner: "root", group: "root" } : before;
