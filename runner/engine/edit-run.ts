import type { Step } from "../define/step.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { ApplyState } from "./apply-state.ts";
import type { Entry, Group } from "./group.ts";
import { type HostView, looksAt, probesOf } from "./host-view.ts";
import { planTask } from "./plan-task.ts";

/** What two edits of one file must have in common to be one write; undefined for all else. */
const editKey = (steps: readonly Step[]): string | undefined =>
  steps.length === 1 && steps[0]!.kind === "write" ? steps[0]!.once : undefined;

/**
 * A task that edits the file which the end of the group edits: planned, by `plan`, on what will then be in it, so that both
 * are one write. Undefined when it looks at more than that file, wants another kind of write, or would undo what is there.
 */
export async function joinEdits(
  node: TaskNode,
  view: HostView,
  group: Group,
  state: ApplyState,
  plan: (seen: HostView) => Promise<Entry>,
): Promise<Entry | undefined> {
  const last = group.working.at(-1);
  const key = last && editKey(last.steps);
  if (key === undefined || !looksNowhereElse(node, last!.node)) return undefined;
  const entry = await plan(foreseen(view, last!));
  if (editKey(entry.steps) !== key) return undefined;
  const after = foreseen(view, entry);
  const earlier = group.working.filter(({ steps }) => editKey(steps) === key);
  const left = await Promise.all(earlier.map((one) => planTask(one.node, after, state.context.refs, false)));
  return left.some((steps) => steps.length > 0) ? undefined : entry;
}

const foreseen = (view: HostView, { steps }: Entry): HostView =>
  view.foreseeing(steps.flatMap(({ effects }) => effects));

function looksNowhereElse(node: TaskNode, other: TaskNode): boolean {
  const known = new Set(looksAt(probesOf(other)));
  return looksAt(probesOf(node)).every((one) => known.has(one));
}
