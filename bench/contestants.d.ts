import type { Fleet } from "./fleet.ts";
import type { Invocation } from "./measure.ts";
/** One way to do the work. */
export interface Contestant {
  readonly name: string;
  readonly about: string;
  readonly installed: boolean;
  /** Its targets must have Python. */
  readonly needsPython: boolean;
  /** Slow ones are run fewer times. */
  readonly slow: boolean;
  readonly invocation: (fleet: Fleet) => Invocation;
  /** How many changes it reports for each host; one number less per host that did not end well. */
  readonly changes: (output: string) => readonly number[];
}
export interface Places {
  /** The program that is measured. */
  readonly program: string;
  /** Where bench/peers.sh has installed. */
  readonly peers: string;
}
/** Everybody who takes part, in the order of the tables. */
export declare const contestants: ({ program, peers }: Places) => readonly Contestant[];
export declare const playbook: string;
