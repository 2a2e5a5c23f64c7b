import { alters } from "../define/step.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { ApplyState } from "./apply-state.ts";
import { type Entry, Group } from "./group.ts";
import { type HostView, placeOf } from "./host-view.ts";
import { markerOf } from "./markers.ts";
import { failureOf, TaskFailed } from "./outcome.ts";
import { planTask } from "./plan-task.ts";

/** Plans as many of the next tasks as can go into one bundle. */
export async function gather(state: ApplyState, view: HostView): Promise<Group> {
  const group = new Group();
  let together = false;
  const place = placeOf(state.rest[0]!);
  for (const node of state.rest) {
    const leftOut = state.context.leftOut(node);
    if (leftOut !== undefined) {
      group.add({ node, steps: [], unmark: false, leftOut });
      continue;
    }
    const stale = group.staleFor(node);
    if (placeOf(node) !== place || (stale && !group.order?.length)) break;
    const entry = await entryOf(node, state, view, group);
    // What is done in one go may meet: five packages are one transaction.
    if (!group.joins(entry.steps) && (stale || together || !group.takes(entry.steps))) break;
    together ||= stale;
    if (entry.failure && !group.isIdle) break;
    group.add(entry);
    if (entry.failure) break;
  }
  return group;
}

async function entryOf(node: TaskNode, state: ApplyState, view: HostView, group: Group): Promise<Entry> {
  if (state.ended.has(node)) return { node, steps: [], unmark: false, failure: state.ended.get(node) };
  const { cause, marked } = causeOf(node, state, view, group);
  try {
    const steps = await planTask(node, view, state.context.refs, cause !== undefined);
    if (alters(steps)) state.context.permit(node, steps);
    if (steps.length === 0 && state.carried.has(node) && !view.satisfied(node))
      throw new TaskFailed({ message: "its steps went well, but `until` does not hold" });
    return { node, steps, cause, unmark: marked };
  } catch (error) {
    return { node, steps: [], unmark: false, failure: failureOf(error) };
  }
}

/** Why the task plans as triggered, and whether its marker is or will be on the host. */
function causeOf(
  { id, task }: TaskNode,
  state: ApplyState,
  view: HostView,
  group: Group,
): { cause: string | undefined; marked: boolean } {
  const causes = task.options.onChangeOf ?? [];
  const now = group.entries.find(({ node, steps }) => alters(steps) && causes.includes(node.task));
  const earlier = causes.find((cause) => state.changed.has(cause));
  const marked = now !== undefined || view.pending.has(markerOf(id));
  const changed = earlier ?? now?.node.task;
  if (changed) return { cause: `reacts to ${changed.name}`, marked };
  return { cause: marked ? "reacts to a change of an earlier run" : undefined, marked };
}
