import type { Step } from "../define/step.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { HostView } from "./host-view.ts";
import type { RefBoard } from "./ref-board.ts";

/** The steps that a task still wants, given what has been seen. Throws TaskFailed, TaskRefusal. */
export async function planTask(
  node: TaskNode,
  view: HostView,
  refs: RefBoard,
  triggered: boolean,
): Promise<readonly Step[]> {
  return node.task.plan(view.current(node), triggered, await refs.planArguments(node.task.args));
}
