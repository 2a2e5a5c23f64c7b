import type { Command } from "./command.ts";
import type { Condition } from "./condition.ts";
import type { Host } from "./host.ts";
import type { Probes } from "./probe.ts";
import type { Step } from "./step.ts";

/** What every task can be told beside its own arguments. */
export interface TaskOptions {
  /** Plan as triggered when one of these changed: restart, reload, run again. */
  readonly onChangeOf?: readonly Task[];
  /** How often a failed task is tried again, each time after reading again. Default 0. */
  readonly retries?: number;
  /** Pause before each new try, ms. Default 1000. */
  readonly delayMs?: number;
  /** After a change this must hold, too; otherwise the task is tried again (`retries`) or has failed. */
  readonly until?: Condition | Command;
  /** Longest time one step may take, ms. Default 600 000. */
  readonly timeoutMs?: number;
  readonly tags?: readonly string[];
  /** Read and change this host instead of the play's own. */
  readonly runOn?: Host;
  /** Do it as this user instead of the session's own. */
  readonly becomeUser?: string;
  /** Replaces the derived name; must be unique in its role. */
  readonly name?: string;
}

/** An operation with its arguments: one thing that must be true. A frozen value; it is referred to as itself. */
export interface Task {
  /** `operation subject`, unique within its role: `template /etc/keepalived/keepalived.conf`. */
  readonly name: string;
  readonly operation: string;
  readonly args: unknown;
  readonly reads: Probes;
  readonly options: TaskOptions;
  /** False for a task that wants its steps again each time (`command` with `always`): there is nothing to prove. */
  readonly provable: boolean;
  /** False when the steps must not be taken twice if it is not known whether they happened. */
  readonly repeatable: boolean;
  /** The steps still wanted. Pure. Throws TaskRefusal when the wanted state cannot be reached. */
  plan(current: Readonly<Record<string, unknown>>, triggered: boolean, args?: unknown): readonly Step[];
}

/** What a role returns: tasks, nested lists of them, and `condition && task`. */
export type Tasks = readonly (Task | Tasks | false | undefined | null | "")[];

export const flattenTasks = (tasks: Tasks): readonly Task[] =>
  tasks.flatMap((item) => (isList(item) ? flattenTasks(item) : item ? [item] : []));

const isList = (item: Tasks[number]): item is Tasks => Array.isArray(item);

/** Thrown by a pure plan: the wanted state cannot be reached from what was seen, and why. */
export class TaskRefusal extends Error {
  readonly fix: string | undefined;

  constructor(message: string, fix?: string) {
    super(message);
    this.name = "TaskRefusal";
    this.fix = fix;
  }
}
