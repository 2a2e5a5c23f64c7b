import type { Host } from "../define/host.ts";
import type { RoleCall } from "../define/role.ts";
import type { Task } from "../define/task.ts";
import { InputError } from "../errors.ts";
import { withPlace } from "./place-of-throw.ts";

/** A task with its place in a play on one host. */
export interface TaskNode {
  /** `role/operation subject`: stable over runs, unique within a host's play. */
  readonly id: string;
  readonly role: string;
  readonly task: Task;
  readonly tags: readonly string[];
}

/** The tasks of some roles on a host, in order. Throws InputError for two tasks of one name and for reactions to unknown tasks. */
export function expandRoles(
  host: Host,
  calls: readonly RoleCall[],
  facts: (call: RoleCall) => Readonly<Record<string, unknown>>,
): readonly TaskNode[] {
  const nodes = calls.flatMap((call) => nodesOf(call, host, facts(call)));
  refuseDuplicates(nodes, host);
  refuseUnknownReactions(nodes, host);
  return nodes;
}

const nodesOf = (call: RoleCall, host: Host, facts: Readonly<Record<string, unknown>>): readonly TaskNode[] =>
  tasksOf(call, host, facts).map((task) => ({
    id: `${call.name}/${task.name}`,
    role: call.name,
    task,
    tags: [...call.tags, ...(task.options.tags ?? [])],
  }));

function tasksOf(call: RoleCall, host: Host, facts: Readonly<Record<string, unknown>>): readonly Task[] {
  try {
    return call.tasks(host, facts);
  } catch (cause) {
    throw cause instanceof InputError ? withPlace(cause) : cause;
  }
}

function refuseDuplicates(nodes: readonly TaskNode[], host: Host): void {
  const seen = new Set<string>();
  for (const { id } of nodes) {
    if (seen.has(id)) {
      throw new InputError({
        code: "PLY005",
        message: `host ${host.name}: two tasks are called "${id}"`,
        fix: "give one of them, or one call of the role, a `name`",
      });
    }
    seen.add(id);
  }
}

function refuseUnknownReactions(nodes: readonly TaskNode[], host: Host): void {
  const earlier = new Set<Task>();
  for (const { id, task } of nodes) {
    const missing = (task.options.onChangeOf ?? []).find((cause) => !earlier.has(cause));
    if (missing) {
      throw new InputError({
        code: "PLY006",
        message: `host ${host.name}: "${id}" reacts to "${missing.name}", which does not stand before it`,
        fix: "return that task from the role, before the one that reacts",
      });
    }
    earlier.add(task);
  }
}
