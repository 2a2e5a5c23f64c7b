import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A control group that counts what the processes started in it use, those that outlive their parent included;
 * cgroups(7), the kernel's cgroup-v1 cpuacct and cgroup-v2 documents.
 */
export interface Account {
  /** A process joins by writing its id here. */
  readonly joinFile: string;
  cpuSeconds(): number;
  processes(): readonly number[];
  /** Ends what still runs in it and removes it. */
  close(): Promise<void>;
}

const closeDeadlineMs = 10_000;

/** Opens an account of this name; throws where the kernel has no control groups. Needs root. */
export function openAccount(name: string): Account {
  const { top, cpuSeconds } = hierarchy();
  const folder = join(top, name);
  mkdirSync(folder, { recursive: true });
  const processes = () => readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  return {
    joinFile: join(folder, "cgroup.procs"),
    cpuSeconds: () => cpuSeconds(folder),
    processes,
    close: () => close(folder, processes),
  };
}

async function close(folder: string, processes: () => readonly number[]): Promise<void> {
  const deadline = Date.now() + closeDeadlineMs;
  for (let left = processes(); left.length > 0; left = processes()) {
    if (Date.now() > deadline) throw new Error(`processes of ${folder} survive SIGKILL: ${left.join(" ")}`);
    left.forEach(kill);
    await sleep(20);
  }
  rmdirSync(folder);
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

interface Hierarchy {
  readonly top: string;
  readonly cpuSeconds: (folder: string) => number;
}

/** Version 1 where it is mounted, because there version 2 has no controllers; else version 2. */
function hierarchy(): Hierarchy {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const pointOf = (type: string, option: string): string | undefined =>
    mounts
      .map((line) => line.split(" "))
      .find(([, , found, options]) => found === type && `,${options},`.includes(`,${option},`))?.[1];
  const version1 = pointOf("cgroup", "cpuacct");
  if (version1) return { top: version1, cpuSeconds: (folder) => numberIn(folder, "cpuacct.usage", /(\d+)/) / 1e9 };
  const version2 = pointOf("cgroup2", "rw");
  if (version2)
    return { top: version2, cpuSeconds: (folder) => numberIn(folder, "cpu.stat", /usage_usec (\d+)/) / 1e6 };
  throw new Error("no control groups are mounted here, so CPU time cannot be counted");
}

const numberIn = (folder: string, file: string, pattern: RegExp): number =>
  Number(pattern.exec(readFileSync(join(folder, file), "utf8"))?.[1]);
