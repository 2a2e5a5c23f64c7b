/**
 * The workload: a hundred things that must be true of a host, each a task of its own.
 * Everything that is compared (the playbooks and the scripts) is made of this one description.
 */
/** What the templates know of a host; the names are the inventory's. */
export interface BenchHost {
  readonly bench_name: string;
  readonly bench_ip: string;
  readonly bench_id: number;
  readonly bench_role: string;
}
export interface WantedFile {
  /** Name of its template, without the ending that says the language. */
  readonly template: string;
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}
export declare const root = "/srv/bench";
export declare const shell = "/usr/sbin/nologin";
/** The file that the line edits work on; `seededLines` is what it holds on a fresh host. */
export declare const linesFile = "/etc/bench/sysctl.conf";
export declare const groups: string[];
export declare const users: {
  name: string;
  group: string;
}[];
export declare const packageNames: string[];
export declare const directories: {
  path: string;
  mode: string;
}[];
export declare const files: readonly WantedFile[];
export declare const lines: {
  key: string;
  line: string;
}[];
export declare const units: {
  name: string;
  template: string;
  path: string;
}[];
/** Commands that are not run again once the file that they make is there. */
export declare const commands: {
  creates: string;
}[];
export declare const links: {
  path: string;
  target: string;
}[];
/** Half of the keys are there with another value, half are missing. */
export declare const seededLines: readonly string[];
export declare const fileNumbers: readonly number[];
export declare const unitNumbers: readonly number[];
export declare function fileTemplate(number: number): string;
export declare const unitTemplate: (number: number) => string;
