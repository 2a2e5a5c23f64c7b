import type { Host } from "./host.ts";
import type { Probe } from "./probe.ts";

/** Asked of every host of a play before each batch; the batch starts only when nothing speaks against it. */
export interface Gate {
  readonly name: string;
  readonly probe: Probe<unknown>;
  /** Why this batch must not start now; undefined when it may. */
  readonly objection: (seen: readonly GateAnswer<unknown>[], batch: readonly Host[]) => string | undefined;
  /** For how long an objection may still pass by itself, as after the batch before: all are asked again until then. Default 0. */
  readonly settleMs?: number;
}

export interface GateAnswer<T> {
  readonly host: Host;
  /** Undefined when the host could not be asked. */
  readonly answer: T | undefined;
}

/** Defines a condition on a whole group: quorum, nodes ready. */
export const defineGate = <T>(gate: {
  readonly name: string;
  readonly probe: Probe<T>;
  readonly objection: (seen: readonly GateAnswer<T>[], batch: readonly Host[]) => string | undefined;
  readonly settleMs?: number;
}): Gate => Object.freeze(gate) as Gate;
