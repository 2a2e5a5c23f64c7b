import { formatPlace, type Problem } from "../errors.ts";
import { ProblemList } from "./problem-list.ts";

const HOSTS_NAMED = 3;

/** Problems of an inventory with a contract; the same problem of many hosts is one, and names some of them. */
export class ContractFindings {
  readonly #found = new Map<string, { problem: Problem; hosts: Set<string> }>();

  add(problem: Problem, host?: string): void {
    const key = [problem.code, problem.place ? formatPlace(problem.place) : "", problem.message].join(" ");
    const known = this.#found.get(key) ?? { problem, hosts: new Set<string>() };
    if (host !== undefined) known.hosts.add(host);
    this.#found.set(key, known);
  }

  /** Throws InputError when anything was found. */
  throwIfAny(): void {
    const problems = new ProblemList();
    for (const { problem, hosts } of this.#found.values())
      problems.add({ ...problem, message: problem.message + whose([...hosts]) });
    problems.throwIfAny();
  }
}

function whose(hosts: readonly string[]): string {
  if (hosts.length === 0) return "";
  const more = hosts.length - HOSTS_NAMED;
  const named = hosts.slice(0, HOSTS_NAMED).join(", ");
  return ` (host${hosts.length > 1 ? "s" : ""} ${named}${more > 0 ? ` and ${more} more` : ""})`;
}
