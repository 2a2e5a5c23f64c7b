import { spawnSync } from "node:child_process";
import { commandText } from "../../runner/define/command.ts";
import type { Probe } from "../../runner/define/probe.ts";

/** The shells that hosts have as `sh`: Debian's, Red Hat's, Alpine's. */
export const SHELLS = ["dash", "bash --posix", "busybox ash"] as const;

/** Asks this machine, as a session would ask a host: all probes of one kind in one process. */
export function askHere<T>(probes: readonly Probe<T>[], shell = "sh"): readonly T[] {
  const { kind } = probes[0]!;
  const args = probes.map(({ argument }) => argument as never);
  const command = commandText(kind.command(args), () => "");
  const [program, ...words] = shell.split(" ");
  const { stdout, stderr, status } = spawnSync(program!, [...words, "-c", command], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    cwd: "/",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  });
  return kind.parse({ stdout, stderr, exitCode: status ?? -1 }, args);
}
