import { alters } from "../define/step.ts";
import { StalePlanError } from "../errors.ts";
import { stepsDigest } from "../plan/step-digest.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { ApplyState } from "./apply-state.ts";
import { joinEdits } from "./edit-run.ts";
import { type Entry, Group } from "./group.ts";
import { type HostView, placeOf } from "./host-view.ts";
import { failureOf } from "./outcome.ts";
import { planTask } from "./plan-task.ts";
import { requireUntil, unproven } from "./proof.ts";

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
    if (placeOf(node) !== place || (group.entries.length > 0 && !view.knows(node))) break;
    const stale = group.staleFor(node);
    const edit = stale && (await joinEdits(node, view, group, state, (seen) => entryOf(node, state, seen, group)));
    if (edit) {
      group.add(edit);
      continue;
    }
    if (stale && !group.order?.length) break;
    const entry = await entryOf(node, state, view, group);
    // What is done in one go may meet: five packages are one transaction.
    const joins = group.joins(entry.steps) && !(stale && (await isMet(entry, view, group, state)));
    if (!joins && (stale || together || !group.takes(entry.steps))) break;
    together ||= stale;
    if (entry.failure && !group.isIdle) break;
    group.add(entry);
    if (entry.failure) break;
  }
  return group;
}

/** True when a task that was planned from what was seen before the group's own steps will want something else after them. */
async function isMet(
  { node, steps, cause }: Entry,
  view: HostView,
  { entries }: Group,
  { context }: ApplyState,
): Promise<boolean> {
  const later = view.foreseeing(entries.flatMap((entry) => entry.steps.flatMap(({ effects }) => effects)));
  const wanted = await planTask(node, later, context.refs, cause !== undefined).catch(() => undefined);
  return wanted === undefined || stepsDigest(wanted) !== stepsDigest(steps);
}

async function entryOf(node: TaskNode, state: ApplyState, view: HostView, group: Group): Promise<Entry> {
  const { cause, marked } = causeOf(node, state, group);
  if (state.ended.has(node)) return endedEntry(node, state, view, marked);
  try {
    const steps = await planTask(node, view, state.context.refs, cause !== undefined);
    if (alters(steps)) state.context.permit(node, steps);
    if (steps.length === 0 && (state.carried.has(node) || state.inDoubt.has(node))) requireUntil(node, view);
    return { node, steps, cause, unmark: marked };
  } catch (error) {
    if (error instanceof StalePlanError) throw error;
    return { node, steps: [], unmark: false, failure: failureOf(error) };
  }
}

/** A task whose steps were heard to end before the link broke: they are not taken again, but must have brought what is wanted. */
async function endedEntry(node: TaskNode, state: ApplyState, view: HostView, unmark: boolean): Promise<Entry> {
  const failure = state.ended.get(node) ?? (await unproven(node, view, state.context.refs));
  return { node, steps: [], unmark: unmark && failure === undefined, failure };
}

/** Why the task plans as triggered, and whether its marker is or will be at its own place. */
function causeOf(node: TaskNode, state: ApplyState, group: Group): { cause: string | undefined; marked: boolean } {
  const causes = node.task.options.onChangeOf ?? [];
  const now = group.entries.find((entry) => alters(entry.steps) && causes.includes(entry.node.task));
  const earlier = causes.find((cause) => state.changed.has(cause));
  const owed = state.owedAt(node);
  const marked = now !== undefined || owed.includes(placeOf(node));
  const changed = earlier ?? now?.node.task;
  if (changed) return { cause: `reacts to ${changed.name}`, marked };
  return { cause: owed.length > 0 ? "reacts to a change of an earlier run" : undefined, marked };
}
