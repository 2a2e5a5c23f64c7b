import type { TaskEnd, TaskState } from "../../runner/report/event.ts";
import type { HostState } from "./host-state.ts";

const happened: readonly TaskState[] = ["ok", "changed"];

/** What the journal says and the host does not: one line for each lie. `good` is what a run that nothing broke leaves. */
export function falseSuccesses(
  ends: ReadonlyMap<string, TaskEnd>,
  host: HostState,
  good: HostState,
): readonly string[] {
  return [...ends.values()]
    .filter(({ state }) => happened.includes(state))
    .flatMap(({ task, state }) => (isTrue(task, host, good) ? [] : [`${task} is said to be ${state}, and is not`]));
}

function isTrue(task: string, host: HostState, good: HostState): boolean {
  const [, operation = "", path = "", text = ""] = /^[^/]*\/(\w+) ([^:]*)(?:: (.*))?$/.exec(task) ?? [];
  switch (operation) {
    case "witness":
      return host.witness > 0;
    case "line":
      return host.edited.includes(text);
    case "block":
      return host.blocked.join() === good.blocked.join();
    case "load":
      return host.entries.get(`${path}.loaded`)?.sha256 === good.entries.get(`${path}.loaded`)?.sha256;
    default:
      return JSON.stringify(host.entries.get(path)) === JSON.stringify(good.entries.get(path));
  }
}

/** What is wrong with how often the command was done that must not be done twice, as one run tells it. */
export function wrongCount(state: TaskState | undefined, before: number, after: number): readonly string[] {
  const times = after - before;
  const allowed = state === "changed" ? [1] : state === "unknown" || state === undefined ? [0, 1] : [0];
  return allowed.includes(times) ? [] : [`the witness is said to be ${state}, and was done ${times} times`];
}
