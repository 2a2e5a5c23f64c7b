import { run, type Step } from "../define/step.ts";
import { pathFootprint } from "../probes/path-footprint.ts";
import type { ExistingPath } from "../probes/path-state.ts";
import { type Ownership, ownershipChanges, setOwnership } from "./ownership.ts";
import { ownedAfterwards } from "./path-effects.ts";

/** The step that sets mode and owner of something that is there, without touching what is in it; none when both are right. */
export function ownPath(args: Ownership & { readonly path: string }, state: ExistingPath): readonly Step[] {
  const { path } = args;
  const changes = ownershipChanges(state, args);
  if (changes.length === 0) return [];
  const effects = [ownedAfterwards(path, state, args)];
  return [run(setOwnership(path, args), { changes, effects, touches: [pathFootprint(path)] })];
}
