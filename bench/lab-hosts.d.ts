import { type Lab } from "../runner/lab/lab.ts";
/** Gives fresh hosts on which nothing of the workload is there, but the file that the line edits work on. */
export declare function freshHosts(lab: Lab, hosts: readonly string[], needsPython: boolean): Promise<void>;
/** Puts Python on hosts for those contestants that need it there. */
export declare const addPython: (lab: Lab, hosts: readonly string[]) => Promise<void>;
/** All that the workload leaves on a host, as text: two contestants that did the same work leave the same. */
export declare const stateOf: (lab: Lab, host: string) => Promise<string>;
/** A short name for a state. */
export declare const stateHash: (state: string) => string;
