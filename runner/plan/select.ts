import type { TaskNode } from "./task-node.ts";

/** Which tasks a run was asked for; empty lists mean all. */
export interface Selection {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  /** Task ids. */
  readonly only: readonly string[];
  /** The id of the first task to consider. */
  readonly startAt: string | undefined;
}

export const everything: Selection = { tags: [], skipTags: [], only: [], startAt: undefined };

/** Why a task is left out; undefined when it is wanted. `startAt` is not asked here: it depends on order. */
export function leftOut(selection: Selection, { id, tags }: TaskNode, playTags: readonly string[]): string | undefined {
  const all = [...playTags, ...tags];
  if (selection.only.length && !selection.only.includes(id)) return "not in --only";
  if (selection.tags.length && !selection.tags.some((tag) => all.includes(tag)))
    return `has none of the tags ${selection.tags.join(",")}`;
  const skipped = selection.skipTags.find((tag) => all.includes(tag));
  return skipped === undefined ? undefined : `has the skipped tag ${skipped}`;
}
