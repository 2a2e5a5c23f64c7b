export declare const scenarioNames: readonly [
  "no-op-1",
  "no-op-1-far",
  "no-op-10",
  "first-1",
  "first-10",
  "hosts-500",
  "start-up",
];
export type ScenarioName = (typeof scenarioNames)[number];
/** What the benchmark is asked for on its command line. */
export interface Options {
  readonly only: readonly ScenarioName[];
  /** Names of contestants; ts-play always takes part. Empty: all that are installed. */
  readonly peers: readonly string[];
  readonly reps: number;
  /** Rounds in which the slow peers (minutes each) take part. */
  readonly slowReps: number;
  readonly program: string;
  readonly peersFolder: string;
  /** Keeps what earlier runs measured of other scenarios and contestants. */
  readonly keep: boolean;
  /** Leaves the lab running, for the next run. */
  readonly keepLab: boolean;
}
/** Reads the command line; throws an Error that says what is wrong. */
export declare function readOptions(argv: readonly string[]): Options;
