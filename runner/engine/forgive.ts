import type { TaskNode } from "../plan/task-node.ts";
import { type ActionResult, BundleLostError, type ChangingDriver } from "./action.ts";
import type { ApplyState } from "./apply-state.ts";
import type { HostView } from "./host-view.ts";

/** Removes the markers that other places keep of a reaction that is through. One that stays makes it happen once more. */
export async function forgive(node: TaskNode, state: ApplyState): Promise<void> {
  for (const place of state.owedAt(node)) {
    const view = state.views.get(place)!;
    const marker = state.markerAt(place, node);
    const [result] = await unmarkAt(view, marker);
    if (result?.state !== "done") state.context.reporter.note("warning", `${node.id}: its marker could not be removed`);
    view.pending = new Set([...view.pending].filter((other) => other !== marker));
  }
}

async function unmarkAt({ driver }: HostView, marker: string): Promise<readonly ActionResult[]> {
  try {
    return await (driver as ChangingDriver).carry([{ kind: "unmark", marker }]);
  } catch (error) {
    if (error instanceof BundleLostError) return error.results;
    throw error;
  }
}
