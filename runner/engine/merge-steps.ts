import type { RunStep, Step } from "../define/step.ts";

/** The key under which a step can be done together with others; undefined when it stands alone. */
const keyOf = (step: Step): string | undefined => (step.kind === "run" ? (step.merge?.key ?? step.once) : undefined);

/** The keys of steps that can all be done together with others; undefined when one of them cannot. */
function keysOf(steps: readonly Step[]): readonly string[] | undefined {
  const keys = steps.map(keyOf);
  return keys.some((key) => key === undefined) ? undefined : (keys as string[]);
}

/**
 * Puts the steps of one more task into an order of keys (reload, enable, start), so that each task's own order is kept.
 * Undefined when that cannot be: a step stands alone, or two tasks want their steps in opposite order.
 */
export function mergeOrder(order: readonly string[], steps: readonly Step[]): readonly string[] | undefined {
  const keys = keysOf(steps);
  if (keys === undefined) return undefined;
  const merged = [...order];
  let at = -1;
  for (const key of keys) {
    const known = merged.indexOf(key);
    if (known >= 0 && known <= at) return undefined;
    if (known < 0) merged.splice(at + 1, 0, key);
    at = merged.indexOf(key);
  }
  return merged;
}

/** Steps of one key as one step. */
export function mergeSteps(steps: readonly RunStep[]): RunStep {
  const last = steps.at(-1)!;
  const items = steps.flatMap(({ merge }) => merge?.items ?? []);
  return {
    ...last,
    command: last.merge ? last.merge.command(items) : last.command,
    changes: steps.flatMap(({ changes }) => changes),
    effects: steps.flatMap(({ effects }) => effects),
    touches: steps.flatMap(({ touches }) => touches),
  };
}

/** The steps of one key among all steps of a group. */
export const stepsOfKey = (steps: readonly Step[], key: string): readonly RunStep[] =>
  steps.filter((step): step is RunStep => step.kind === "run" && keyOf(step) === key);
