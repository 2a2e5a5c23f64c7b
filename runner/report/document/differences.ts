import type { HostDocument, RunDocument, TaskDocument } from "./run-document.ts";

/** A task that changed, or would change, in the same way on some hosts. */
export interface Difference {
  /** Names it within the document; stays the same for the same document. */
  readonly id: string;
  readonly role: string;
  readonly task: TaskDocument;
  readonly hosts: readonly string[];
}

/** What changed, equal changes of many hosts as one, in the order of the run. */
export function differencesOf({ hosts }: RunDocument): readonly Difference[] {
  const found = new Map<string, { task: TaskDocument; hosts: string[] }>();
  for (const host of hosts)
    for (const task of host.tasks.filter(({ state }) => state === "changed")) {
      const key = differenceKey(task);
      const known = found.get(key);
      if (known === undefined) found.set(key, { task, hosts: [host.name] });
      else known.hosts.push(host.name);
    }
  return [...found.values()].map(({ task, hosts: names }, at) => ({
    id: `d${at}`,
    role: task.role,
    task,
    hosts: names,
  }));
}

/** Two tasks with the same key did, or would do, the same. */
export const differenceKey = ({ play, task, changes, steps, reason }: TaskDocument): string =>
  JSON.stringify([play, task, changes, steps, reason]);

/** The attributes that changed, on one line: `mode: 0644 -> 0666, owner: ...`; the steps when there are none. */
export function whatChanged({ changes, steps, reason }: Pick<TaskDocument, "changes" | "steps" | "reason">): string {
  if (changes.length > 0) return changes.map(({ attribute, from, to }) => `${attribute}: ${from} -> ${to}`).join(", ");
  return steps.length > 0 ? steps.join("; ") : (reason ?? "");
}

/** The tasks that took longest, of all hosts. */
export const slowestTasks = (
  hosts: readonly HostDocument[],
  most: number,
): readonly (TaskDocument & { host: string })[] =>
  hosts
    .flatMap(({ name, tasks }) => tasks.map((task) => ({ ...task, host: name })))
    .filter(({ durationMs }) => durationMs > 0)
    .toSorted((one, other) => other.durationMs - one.durationMs)
    .slice(0, most);
