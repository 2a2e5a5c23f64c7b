import type { z } from "zod";
import { checkInput } from "./check-input.ts";
import type { Answers, Probes } from "./probe.ts";
import type { Step } from "./step.ts";
import type { Task, TaskOptions } from "./task.ts";

export interface PlanInput<A, P extends Probes> {
  readonly args: A;
  readonly current: Answers<P>;
  /** Something this task reacts to has changed. */
  readonly triggered: boolean;
}

/** A kind of resource: calling it with the wanted state gives a task. */
export interface Operation<S extends z.ZodType, P extends Probes> {
  (args: z.input<S>, options?: TaskOptions): Task;
  readonly operationName: string;
  readonly summary: string;
  readonly args: S;
  /** An example call, as documentation. */
  readonly example: string;
  /** The steps from a given state; for tests. */
  plan(input: {
    readonly args: z.input<S>;
    readonly current: Answers<P>;
    readonly triggered?: boolean;
  }): readonly Step[];
}

export interface OperationDefinition<S extends z.ZodType, P extends Probes> {
  readonly name: string;
  readonly summary: string;
  readonly args: S;
  /** One call as an author would write it; docs show it and a test runs it. */
  readonly example: string;
  /** The thing this is about (a path, a unit): with the name it identifies the task. */
  readonly subject: (args: z.output<S>) => string;
  /** What must be known to plan. */
  readonly read: (args: z.output<S>) => P;
  /** From what is to what is wanted. Pure; no steps when it is so already. */
  readonly plan: (input: PlanInput<z.output<S>, P>) => readonly Step[];
  /** False when steps are wanted again each time. */
  readonly provable?: (args: z.output<S>) => boolean;
  /** False when it is not safe to take the steps again after a lost connection. */
  readonly repeatable?: (args: z.output<S>) => boolean;
}

/** Defines an operation. */
export function defineOperation<S extends z.ZodType, P extends Probes>(
  definition: OperationDefinition<S, P>,
): Operation<S, P> {
  const { name, summary, args, example } = definition;
  const call = (given: z.input<S>, options: TaskOptions = {}): Task =>
    makeTask(definition, checkInput("VAR005", `operation ${name}`, args, given), options);
  return Object.assign(call, {
    operationName: name,
    summary,
    args,
    example,
    plan: ({
      args: given,
      current,
      triggered = false,
    }: {
      args: z.input<S>;
      current: Answers<P>;
      triggered?: boolean;
    }) => definition.plan({ args: checkInput("VAR005", `operation ${name}`, args, given), current, triggered }),
  });
}

function makeTask<S extends z.ZodType, P extends Probes>(
  { name, subject, read, plan, provable, repeatable }: OperationDefinition<S, P>,
  args: z.output<S>,
  options: TaskOptions,
): Task {
  return Object.freeze({
    name: options.name ?? `${name} ${subject(args)}`.trim(),
    operation: name,
    args,
    reads: read(args),
    options,
    provable: provable?.(args) ?? true,
    repeatable: repeatable?.(args) ?? true,
    plan: (current: Readonly<Record<string, unknown>>, triggered: boolean, resolved: unknown = args) =>
      plan({ args: resolved as z.output<S>, current: current as Answers<P>, triggered }),
  });
}
