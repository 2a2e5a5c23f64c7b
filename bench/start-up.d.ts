import type { Row } from "./results.ts";

interface StartUp {
  readonly program: string;
  readonly peersFolder: string;
  readonly reps: number;
  readonly log: (line: string) => void;
}
/** How long `--version` and the list of a hundred tasks in ten roles take, for the first time and again. */
export declare function runStartUp({ program, peersFolder, reps, log }: StartUp): Promise<readonly Row[]>;
