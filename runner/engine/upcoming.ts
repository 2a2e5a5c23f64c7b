import type { Step } from "../define/step.ts";
import type { TaskNode } from "../plan/task-node.ts";
import { Group } from "./group.ts";
import type { HostView } from "./host-view.ts";

/**
 * Those of the next tasks of a place that will probably make up the next bundle. Only what they look at is worth reading
 * now: what comes after a change is read after it. `seen` may be out of date, for it only decides what is asked at once;
 * a wrong guess costs a round trip, and nothing is planned on it.
 */
export function upcoming(nodes: readonly TaskNode[], seen: HostView, changed: (node: TaskNode) => boolean) {
  const group = new Group();
  const found: TaskNode[] = [];
  let together = false;
  for (const node of nodes) {
    const steps = guess(node, seen, changed(node) || group.triggers(node));
    const stale = group.staleFor(node);
    const joins = group.joins(steps);
    if (!joins && (stale || together || !group.takes(steps))) break;
    together ||= stale;
    group.add({ node, steps, unmark: false });
    found.push(node);
  }
  return found;
}

/** What a task will probably want; nothing where that cannot be told yet. */
function guess({ task }: TaskNode, seen: HostView, triggered: boolean): readonly Step[] {
  try {
    return task.plan(seen.current({ task }), triggered);
  } catch {
    return [];
  }
}
