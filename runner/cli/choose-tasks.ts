import type { Host } from "../define/host.ts";
import { corrected, nearest } from "../define/nearest.ts";
import { InputError } from "../errors.ts";
import type { PlannedPlay, RunPlan } from "../plan/run-plan.ts";
import { leftOut, type Selection } from "../plan/select.ts";
import { expandRoles, type TaskNode } from "../plan/task-node.ts";

/** Decides for each host's play which tasks are left out. Keeps where `--start-at` has been reached on each host. */
export class TaskChooser {
  readonly #selection: Selection;
  /** Index of the first wanted task by play and host; a host that has reached it stays so in later plays. */
  readonly #starts = new Map<string, number>();
  readonly #reached = new Set<string>();

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** The tasks that are left out, and why. */
  leftOut(nodes: readonly TaskNode[], { index, play }: PlannedPlay, host: Host): ReadonlyMap<TaskNode, string> {
    const start = this.#start(nodes, `${index} ${host.name}`, host);
    const reasons = nodes.map(
      (node, i) =>
        [
          node,
          i < start ? `before --start-at ${this.#selection.startAt}` : leftOut(this.#selection, node, play.tags),
        ] as const,
    );
    return new Map(reasons.filter((pair): pair is [TaskNode, string] => pair[1] !== undefined));
  }

  #start(nodes: readonly TaskNode[], key: string, { name }: Host): number {
    const { startAt } = this.#selection;
    const known = this.#starts.get(key);
    if (known !== undefined) return known;
    const found = startAt === undefined || this.#reached.has(name) ? 0 : nodes.findIndex(({ id }) => id === startAt);
    if (found >= 0) this.#reached.add(name);
    const start = found < 0 ? nodes.length : found;
    this.#starts.set(key, start);
    return start;
  }
}

/** Tasks of a host as far as they can be told without asking it: facts are those of a bare host. Undefined when a role needs real ones. */
export function tasksWithoutFacts({ calls }: PlannedPlay, host: Host): readonly TaskNode[] | undefined {
  try {
    return expandRoles(host, calls.get(host.name) ?? [], ({ facts }) =>
      Object.fromEntries(
        Object.entries(facts).map(([name, { kind, argument }]) => [name, kind.bare(argument as never)]),
      ),
    );
  } catch (error) {
    if (error instanceof InputError) throw error;
    return undefined;
  }
}

/** Throws InputError for tags and tasks that no play has; `listed` is the command that shows those there are. */
export function requireKnown(plan: RunPlan, { tags, skipTags, only, startAt }: Selection, listed: string): void {
  const lists = plan.plays.flatMap((play) => play.batches.flat().map((host) => tasksWithoutFacts(play, host)));
  if (lists.includes(undefined)) return;
  const nodes = lists.flatMap((list) => list ?? []);
  const allTags = new Set([...nodes.flatMap((node) => node.tags), ...plan.plays.flatMap(({ play }) => play.tags)]);
  refuseUnknown("tags", [...tags, ...skipTags], allTags, listed);
  const ids = new Set(nodes.map(({ id }) => id));
  refuseUnknown("only", only, ids, listed);
  refuseUnknown("start-at", startAt === undefined ? [] : [startAt], ids, listed);
}

/** Throws InputError for names that a flag was given and that nothing has. */
export function refuseUnknown(
  flag: string,
  given: readonly string[],
  known: ReadonlySet<string>,
  listed: string,
): void {
  const unknown = given.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new InputError(
    unknown.map((name) => ({
      code: "CLI004",
      ...corrected(`--${flag} ${name}: nothing in this run has that name`, nearest(name, known), `see ${listed}`),
    })),
  );
}
