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

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const twoDigits = (number: number): string => String(number).padStart(2, "0");

export const root = "/srv/bench";
export const shell = "/usr/sbin/nologin";
/** The file that the line edits work on; `seededLines` is what it holds on a fresh host. */
export const linesFile = "/etc/bench/sysctl.conf";

export const groups = upTo(5).map((number) => `benchg${number}`);
export const users = upTo(5).map((number) => ({ name: `benchu${number}`, group: `benchg${number}` }));
export const packageNames = ["jq", "tree", "bc", "ethtool", "lsof"];

export const directories = upTo(10).map((number) => ({
  path: `${root}/d${number - 1}`,
  mode: number % 2 === 1 ? "0755" : "0750",
}));

const modes = ["0644", "0640", "0600", "0664"];

export const files: readonly WantedFile[] = upTo(40).map((number) => ({
  template: fileTemplate(number),
  path: `${root}/d${number % 10}/file${twoDigits(number)}.conf`,
  mode: modes[number % modes.length]!,
  ...(number % 6 === 0
    ? { owner: "root", group: "root" }
    : { owner: `benchu${number % 6}`, group: `benchg${number % 6}` }),
}));

export const lines = upTo(10).map((number) => ({
  key: `net.bench.k${number}`,
  line: `net.bench.k${number} = ${number * 10}`,
}));

export const units = upTo(5).map((number) => ({
  name: `bench-svc${number}.service`,
  template: `svc${number}.service`,
  path: `/etc/systemd/system/bench-svc${number}.service`,
}));

/** Commands that are not run again once the file that they make is there. */
export const commands = upTo(10).map((number) => ({ creates: `${root}/d0/stamp${number}` }));
export const links = upTo(5).map((number) => ({ path: `${root}/link${number}`, target: `${root}/d${number}` }));

/** Half of the keys are there with another value, half are missing. */
export const seededLines: readonly string[] = upTo(30).flatMap((number) => [
  `# comment line ${number}`,
  ...(number % 6 === 0 ? [`net.bench.k${number / 6} = 0`] : []),
]);

export const fileNumbers = upTo(40);
export const unitNumbers = upTo(5);

export function fileTemplate(number: number): string {
  return `file${twoDigits(number)}.conf`;
}

export const unitTemplate = (number: number): string => `svc${number}.service`;
