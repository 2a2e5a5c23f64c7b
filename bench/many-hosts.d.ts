import { type Lab } from "../runner/lab/lab.ts";
import type { Row } from "./results.ts";

interface ManyHosts {
  readonly lab: Lab;
  readonly program: string;
  readonly reps: number;
  readonly log: (line: string) => void;
}
/** Five hundred hosts of the inventory that are addresses of one sshd, and twenty tasks on each that change nothing. */
export declare function runManyHosts({ lab, program, reps, log }: ManyHosts): Promise<readonly Row[]>;
