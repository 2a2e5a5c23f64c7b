import type { Lab } from "../runner/lab/lab.ts";
import type { BenchHost } from "./workload/spec.ts";
/** One host as the contestants reach it; far ones are reached at a proxy's address. */
export interface FleetHost extends BenchHost {
  readonly address: string;
  readonly port: number;
}
/** Hosts of one scenario, with the inventories and scripts that the contestants take. */
export interface Fleet {
  readonly name: string;
  readonly hosts: readonly FleetHost[];
  readonly folder: string;
  readonly lab: Lab;
  readonly knownHostsFile: string;
}
/** The first hosts of a lab at their own addresses. */
export declare const nearHosts: (lab: Lab, count: number) => readonly FleetHost[];
/** Writes all that the contestants need to reach these hosts, before any clock runs. */
export declare function makeFleet(lab: Lab, name: string, hosts: readonly FleetHost[]): Fleet;
