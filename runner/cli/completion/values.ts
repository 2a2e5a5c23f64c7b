import { recordedRuns } from "../../report/journal.ts";
import { stateDirectory } from "../state-directory.ts";
import type { Candidate } from "./candidates.ts";
import { pathCandidates } from "./paths.ts";
import { readProject } from "./project.ts";
import type { Typed } from "./typed-words.ts";

type Source = (typed: Typed, current: string) => Promise<readonly Candidate[]>;

/** What stands for each placeholder of the command line: `<file>`, `<pattern>` ... One that is not here is free text. */
const SOURCES: Readonly<Record<string, Source>> = {
  file: (_, current) => pathCandidates(current),
  playbook: (_, current) => pathCandidates(current, ".ts"),
  drill: (_, current) => pathCandidates(current, ".ts"),
  "plan.json": (_, current) => pathCandidates(current, ".json"),
  folder: (_, current) => pathCandidates(current, "/"),
  host: async (typed) => (await readProject(typed)).hosts,
  pattern: async (typed, current) => {
    const { hosts, groups } = await readProject(typed);
    return inList(current, /^.*[:,!&]/s, [...groups, ...hosts]);
  },
  role: async (typed) => (await readProject(typed)).roles,
  roles: async (typed, current) => inList(current, /^.*,/s, (await readProject(typed)).roles),
  tags: async (typed, current) => inList(current, /^.*,/s, (await readProject(typed)).tags),
  task: async (typed) => (await readProject(typed)).tasks,
  run: runs,
};

/** The words that a placeholder can stand for. */
export async function valuesFor(placeholder: string, typed: Typed, current: string): Promise<readonly Candidate[]> {
  return (await SOURCES[placeholder]?.(typed, current)) ?? [];
}

/** The last of many names in one word: what stands before it stays. */
function inList(current: string, before: RegExp, names: readonly Candidate[]): readonly Candidate[] {
  const start = before.exec(current)?.[0] ?? "";
  return names.map(({ value, about }) => ({ value: start + value, about }));
}

async function runs(): Promise<readonly Candidate[]> {
  const known = recordedRuns(await stateDirectory(process.cwd())).map(({ id }) => ({ value: id }));
  return [{ value: "latest" }, ...known];
}
