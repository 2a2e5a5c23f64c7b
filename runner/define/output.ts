import { InputError } from "../errors.ts";
import type { Command } from "./command.ts";
import type { ControlMachine } from "./control-machine.ts";
import type { GateAnswer } from "./gate.ts";
import type { Group } from "./host.ts";
import type { Answer, CommandResult, Probe } from "./probe.ts";
import { Ref } from "./ref.ts";

/** Something a host can be asked for on behalf of others: at most once a run, and only when somebody needs it. */
export interface Output<T> {
  readonly name: string;
  /** False when asking makes something new (a token): then it is asked for only when a step needs it, never by a plan. */
  readonly readOnly: boolean;
  readonly probe?: Probe<T>;
  readonly command?: Command;
  readonly parse?: (result: CommandResult) => T;
  /** Of a value that no host but the control machine gives. */
  readonly make?: (here: ControlMachine) => Promise<T>;
  readonly look?: (here: ControlMachine) => Promise<T | undefined>;
  /** The value as held by this host. Throws when the group is empty. */
  from(group: Group): Ref<T>;
  /** The value of the first host of a group that can be asked and has one; undefined when none has. Throws when the group is empty. */
  fromAny(group: Group): Ref<T>;
  /** The value of each host of the group, in its order; undefined for a host that cannot tell it. */
  fromEach(group: Group): Ref<readonly GateAnswer<T>[]>;
}

type Definition<T> =
  | { readonly name: string; readonly probe: Probe<T> }
  | { readonly name: string; readonly command: Command; readonly parse: (result: CommandResult) => T };

/**
 * Defines an output. With `probe` the host is only looked at, also while planning;
 * with `command` the value is made when a step on some host needs it, once a run.
 */
export function defineOutput<P extends Probe<unknown>>(definition: {
  readonly name: string;
  readonly probe: P;
}): Output<Answer<P>>;
export function defineOutput<T>(definition: {
  readonly name: string;
  readonly command: Command;
  readonly parse: (result: CommandResult) => T;
}): Output<T>;
export function defineOutput<T>(definition: Definition<T>): Output<T> {
  const output: Output<T> = {
    ...definition,
    readOnly: "probe" in definition,
    from: (group) => {
      const [host] = group.hosts;
      if (host === undefined) throw emptyGroup(definition.name, group.name);
      return new Ref(`${definition.name} of ${host.name}`, [{ output, host: host.name }], ([answer]) => answer as T);
    },
    fromAny: (group) => {
      const [host, ...orElse] = group.map(({ name }) => name);
      if (host === undefined) throw emptyGroup(definition.name, group.name);
      return new Ref(`${definition.name} of ${group.name}`, [{ output, host, orElse }], ([answer]) => answer as T);
    },
    fromEach: (group) => {
      const sources = group.map((host) => ({ output, host: host.name, optional: true }));
      return new Ref(`${definition.name} of ${group.name}`, sources, (answers) =>
        group.hosts.map((host, i) => ({ host, answer: answers[i] as T | undefined })),
      );
    },
  };
  return Object.freeze(output);
}

const emptyGroup = (output: string, group: string) =>
  new InputError({
    code: "PLY012",
    message: `output "${output}" is asked of group ${group}, which has no hosts`,
    fix: `put a host into ${group} or do not use the output`,
  });
