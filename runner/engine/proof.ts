import type { TaskNode } from "../plan/task-node.ts";
import type { Failure } from "../report/event.ts";
import type { HostView } from "./host-view.ts";
import { failureOf, TaskFailed } from "./outcome.ts";
import { planTask } from "./plan-task.ts";
import type { RefBoard } from "./ref-board.ts";
import { showStep } from "./show-step.ts";

/** Why the host is not as the task wants it, now that its steps were taken; undefined when it is. */
export async function unproven(node: TaskNode, view: HostView, refs: RefBoard): Promise<Failure | undefined> {
  try {
    const left = node.task.provable ? await planTask(node, view, refs, false) : [];
    if (left.length) return { message: `its steps went well, but it still wants: ${left.map(showStep).join("; ")}` };
    requireUntil(node, view);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** Throws TaskFailed when the task's `until` does not hold. */
export function requireUntil(node: TaskNode, view: HostView): void {
  if (!view.satisfied(node)) throw new TaskFailed({ message: "its steps went well, but `until` does not hold" });
}
