import type { Contestant } from "./contestants.ts";
import type { Fleet } from "./fleet.ts";
import type { ScenarioName } from "./options.ts";
import type { Row } from "./results.ts";
export interface Rounds {
  readonly scenario: ScenarioName;
  readonly fleet: Fleet;
  readonly contestants: readonly Contestant[];
  readonly reps: number;
  readonly slowReps: number;
  /** Fresh hosts before each run, all tasks to do; else hosts that are as they should be, and nothing to do. */
  readonly fresh: boolean;
  readonly log: (line: string) => void;
}
/** Lets the contestants run by turns, so that whatever else this machine does meets all of them alike. */
export declare function runRounds(rounds: Rounds): Promise<readonly Row[]>;
