import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { hostUsage, type Lab } from "../runner/lab/lab.ts";
import { openAccount } from "./account.ts";
import { project } from "./folders.ts";

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

/** The control group of whatever is being measured. */
export const accountName = "ts-play-bench";

const sampleMs = 40;
const deadlineMs = 30 * 60_000;

/** Runs a program to its end; what it writes goes to `logFile`. With a lab, the CPU time of its hosts is counted too. */
export async function measure(
  invocation: Invocation,
  logFile: string,
  lab?: Lab,
  hosts: readonly string[] = [],
): Promise<Measurement> {
  const account = openAccount(accountName);
  const hostsBefore = await hostsCpu(lab, hosts);
  const load = Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
  const cpuBefore = account.cpuSeconds();
  let peakBytes = 0;
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, ...account.processes().map(peakOf));
  }, sampleMs);
  const started = performance.now();
  try {
    const exitCode = await run(invocation, logFile, account.joinFile);
    const wallSeconds = (performance.now() - started) / 1000;
    const cpuSeconds = account.cpuSeconds() - cpuBefore;
    const hostsCpuSeconds = (await hostsCpu(lab, hosts)) - hostsBefore;
    const output = readFileSync(logFile, "utf8");
    return { wallSeconds, cpuSeconds, peakBytes, hostsCpuSeconds, load, exitCode, output };
  } finally {
    clearInterval(sampler);
    await account.close();
  }
}

async function run(invocation: Invocation, logFile: string, joinFile: string): Promise<number> {
  const { program, args, env = {}, directory = project } = invocation;
  const log = openSync(logFile, "w");
  // The shell joins the account and then becomes the program, so that nothing is started outside of it.
  const child = spawn("sh", ["-c", 'echo $$ >"$0" && exec "$@"', joinFile, program, ...args], {
    stdio: ["ignore", log, log],
    cwd: directory,
    env: { ...process.env, ...env },
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  const [code] = (await once(child, "exit")) as [number | null];
  closeSync(log);
  return code ?? -1;
}

async function hostsCpu(lab: Lab | undefined, hosts: readonly string[]): Promise<number> {
  if (lab === undefined) return 0;
  const usages = await Promise.all(hosts.map((host) => hostUsage(lab, host)));
  return usages.reduce((sum, { cpuSeconds = 0 }) => sum + cpuSeconds, 0);
}

/** The most memory that a process has held so far, as the kernel keeps it; proc(5), VmHWM. A process that is gone held none. */
function peakOf(id: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    // It ended since the account was read.
    return 0;
  }
}
