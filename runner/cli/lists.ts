import type { PlannedPlay, RunPlan } from "../plan/run-plan.ts";
import type { Selection } from "../plan/select.ts";
import { TaskChooser, tasksWithoutFacts } from "./choose-tasks.ts";

/** `--list-hosts`: the hosts of each play. */
export function hostList({ plays }: RunPlan): string {
  return plays
    .map(({ play, batches }) => {
      const names = batches.flat().map(({ name }) => `  ${name}`);
      return [`${play.title} (${names.length} ${names.length === 1 ? "host" : "hosts"})`, ...names].join("\n");
    })
    .join("\n");
}

/** `--list-tasks`: the tasks of each play, once for hosts that have the same. No host is asked. */
export function taskList({ plays }: RunPlan, selection: Selection): string {
  const chooser = new TaskChooser(selection);
  return plays.map((play) => [play.play.title, ...playTasks(play, chooser)].join("\n")).join("\n");
}

function playTasks(planned: PlannedPlay, chooser: TaskChooser): readonly string[] {
  const hostsByList = new Map<string, string[]>();
  for (const host of planned.batches.flat()) {
    const list = tasksOn(planned, host, chooser);
    hostsByList.set(list, [...(hostsByList.get(list) ?? []), host.name]);
  }
  return [...hostsByList].flatMap(([list, hosts]) => [`  ${hosts.join(", ")}`, list]);
}

function tasksOn(planned: PlannedPlay, host: { name: string; address: string }, chooser: TaskChooser): string {
  const nodes = tasksWithoutFacts(planned, host);
  if (!nodes) return "    (the tasks depend on facts of the host: see --check)";
  const out = chooser.leftOut(nodes, planned, host);
  return nodes
    .filter((node) => !out.has(node))
    .map(({ id, tags }) => `    ${id}${tags.length ? `  [${tags.join(", ")}]` : ""}`)
    .join("\n");
}
