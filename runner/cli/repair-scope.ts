import type { RunOptions } from "../engine/run.ts";
import type { RunDocument } from "../report/document/run-document.ts";
import { TaskChooser } from "./choose-tasks.ts";
import { type RunFlags, selectionOf } from "./flags.ts";
import type { PlannedTask } from "./saved-plan.ts";

/** What a repair may do: the reported tasks of hosts that were read to the end. */
export interface RepairScope {
  readonly wanted: readonly PlannedTask[];
  readonly hosts: ReadonlySet<string>;
  readonly leftOut: RunOptions["leftOut"];
}

/** Of all tasks that want something, those that were reported as drift. A command that runs each time is none, and is left out. */
export function repairOf(
  { document, tasks }: { readonly document: RunDocument; readonly tasks: readonly PlannedTask[] },
  flags: RunFlags,
): RepairScope {
  const read = new Set(document.hosts.filter(({ state }) => state === "done").map(({ name }) => name));
  const reported = new Set((document.drift?.findings ?? []).map(({ host, task }) => `${host} ${task}`));
  const isReported = ({ host, task }: PlannedTask) => reported.has(`${host} ${task}`);
  const wanted = tasks.filter((task) => read.has(task.host) && isReported(task));
  const others = new Set(tasks.filter((task) => !isReported(task)).map(({ host, task }) => `${host} ${task}`));
  const chooser = new TaskChooser(selectionOf(flags));
  return {
    wanted,
    hosts: new Set(wanted.map(({ host }) => host)),
    leftOut: (nodes, play, host) => {
      const unreported = nodes.filter(({ id }) => others.has(`${host.name} ${id}`));
      return new Map([
        ...unreported.map((node) => [node, "it was not reported as drift"] as const),
        ...chooser.leftOut(nodes, play, host),
      ]);
    },
  };
}
