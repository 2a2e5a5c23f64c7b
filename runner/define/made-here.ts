import type { ControlMachine } from "./control-machine.ts";
import type { Output } from "./output.ts";
import { Ref } from "./ref.ts";

/** A value that is made on the control machine when a step needs it, at most once a run. */
export interface MadeHere<T> {
  /** How it reads in a plan that does not know it yet. */
  readonly label: string;
  readonly make: (here: ControlMachine) => Promise<T>;
  /** Looks whether it is there already, also for a plan and each time anew; undefined when it has yet to be made. */
  readonly look?: (here: ControlMachine) => Promise<T | undefined>;
}

const HERE = { name: "this machine", address: "127.0.0.1" };

/** A ref to a value of the control machine. */
export function madeHere<T>({ label, make, look }: MadeHere<T>): Ref<T> {
  const output: Output<T> = {
    name: label,
    readOnly: look !== undefined,
    make,
    ...(look && { look }),
    from: () => ref,
    fromAny: () => ref,
    fromEach: () => ref.map((answer) => [{ host: HERE, answer }]),
  };
  const ref = new Ref(label, [{ output, host: "" }], ([answer]) => answer as T);
  return ref;
}
