import { type Lab } from "../runner/lab/lab.ts";
/** A program to start, as a contestant would be started by a person. */
export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is started; by default in the project's folder. */
  readonly directory?: string;
}
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time of the program and all that it started. */
  readonly cpuSeconds: number;
  /** The most memory that one of its processes held. */
  readonly peakBytes: number;
  readonly hostsCpuSeconds: number;
  /** The machine's one-minute load when the program started. */
  readonly load: number;
  readonly exitCode: number;
  readonly output: string;
}
/** Runs a program to its end; what it writes goes to `logFile`. With a lab, the CPU time of its hosts is counted too. */
export declare function measure(
  invocation: Invocation,
  logFile: string,
  lab?: Lab,
  hosts?: readonly string[],
): Promise<Measurement>;
