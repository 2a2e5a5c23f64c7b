import type { z } from "zod";
import { checkInput } from "./check-input.ts";
import type { Host } from "./host.ts";
import type { Answers, Probes } from "./probe.ts";
import { flattenTasks, type Task, type Tasks } from "./task.ts";

/** A role with its variables, ready for a host. */
export interface RoleCall {
  /** The role's name, or the name this call was given. */
  readonly name: string;
  readonly role: string;
  readonly vars: unknown;
  readonly tags: readonly string[];
  /** Asked once a run, before anything else. */
  readonly facts: Probes;
  tasks(host: Host, facts: Readonly<Record<string, unknown>>): readonly Task[];
}

export interface RoleCallOptions {
  /** Needed when one host has the same role twice. */
  readonly name?: string;
  readonly tags?: readonly string[];
}

/** A reusable list of tasks. */
export interface Role<V extends z.ZodType> {
  (vars: z.input<V>, options?: RoleCallOptions): RoleCall;
  readonly roleName: string;
  readonly summary: string;
  readonly vars: V;
}

export interface RoleDefinition<V extends z.ZodType, F extends Probes> {
  readonly name: string;
  readonly summary: string;
  readonly vars: V;
  /** What must be known of a host to list the tasks; only what does not change while a run goes on. */
  readonly facts?: F;
  /** The list of things that must be true, in order. Pure. */
  readonly tasks: (input: { readonly vars: z.output<V>; readonly facts: Answers<F>; readonly host: Host }) => Tasks;
}

/** Defines a role: variables and facts in, tasks out. */
export function defineRole<V extends z.ZodType, F extends Probes = Record<never, never>>(
  definition: RoleDefinition<V, F>,
): Role<V> {
  const { name, summary, vars: schema, facts, tasks } = definition;
  const call = (given: z.input<V>, options: RoleCallOptions = {}): RoleCall => {
    const vars = checkInput("VAR005", `role ${name}`, schema, given);
    return Object.freeze({
      name: options.name ?? name,
      role: name,
      vars,
      tags: options.tags ?? [],
      facts: facts ?? {},
      tasks: (host: Host, known: Readonly<Record<string, unknown>>) =>
        flattenTasks(tasks({ vars, facts: known as Answers<F>, host })),
    });
  };
  return Object.assign(call, { roleName: name, summary, vars: schema });
}
