import type { Failure } from "../event.ts";
import type { HostDocument, RunDocument } from "./run-document.ts";

/** One failure, and every host that has it. */
export interface Problem {
  readonly state: "failed" | "unreachable" | "unknown";
  /** Missing when the host as a whole failed. */
  readonly task: string | undefined;
  readonly role: string | undefined;
  readonly failure: Failure;
  readonly hosts: readonly string[];
}

const BAD = ["failed", "unreachable", "unknown"] as const;

/** What went wrong, equal failures of many hosts as one; what an unreachable host did not do is told once, with the host. */
export function problemsOf({ hosts }: RunDocument): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const one of hosts.flatMap(problemsOfHost)) {
    const key = JSON.stringify([one.state, one.task, one.failure]);
    const known = problems.get(key);
    problems.set(key, known === undefined ? one : { ...known, hosts: [...known.hosts, ...one.hosts] });
  }
  return [...problems.values()].toSorted((one, other) => BAD.indexOf(one.state) - BAD.indexOf(other.state));
}

function problemsOfHost({ name, state, tasks, plays }: HostDocument): readonly Problem[] {
  const ofTasks = tasks.flatMap(({ task, role, state: how, failure }) =>
    failure !== undefined && (how === "failed" || how === "unknown")
      ? [{ state: how, task, role, failure, hosts: [name] }]
      : [],
  );
  if (ofTasks.length > 0 || !isBad(state)) return ofTasks;
  const failure = plays.find((play) => isBad(play.state))?.failure ?? { message: `the host is ${state}` };
  return [{ state, task: undefined, role: undefined, failure, hosts: [name] }];
}

const isBad = (state: string): state is (typeof BAD)[number] => BAD.some((bad) => bad === state);
