import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

/** Where file systems are mounted, sorted (proc_pid_mountinfo(5)). */
export const mountPoints = defineProbe<void, readonly string[]>({
  name: "mountPoints",
  summary: "Where file systems are mounted.",
  command: () => sh`cat /proc/self/mountinfo`,
  parse: ({ stdout, stderr, exitCode }) => {
    if (exitCode !== 0) throw new Error(stderr.trim());
    const paths = stdout.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
    return [...new Set(paths.map(decodeOctal))].sort();
  },
  bare: () => ["/"],
});

/** Spaces, tabs, line breaks and backslashes are written as octal numbers. */
const decodeOctal = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
