import type { Step } from "../define/step.ts";
import type { Entry } from "./group.ts";
import { ValueMissing } from "./outcome.ts";
import type { RefBoard } from "./ref-board.ts";

/** A task's steps with the values of other hosts and of the control machine filled in. Throws ValueMissing when one could not be had. */
export async function resolvedSteps({ node, steps }: Entry, refs: RefBoard): Promise<readonly Step[]> {
  try {
    return await Promise.all(steps.map((step) => refs.resolveStep(step)));
  } catch (error) {
    throw new ValueMissing(node.task, error);
  }
}
