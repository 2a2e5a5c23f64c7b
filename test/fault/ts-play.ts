import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const program = `${repository}bin/ts-play.js`;
/** Below the time that a test has. */
const deadlineMs = 280_000;
const sampleMs = 50;

/** How a run of the program ended. */
export interface Ended {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** The most memory it held (VmHWM, proc(5)). */
  readonly peakBytes: number;
}

/** A run of the program that may still go on. */
export interface Running {
  readonly pid: number;
  /** Resolves when this text has been printed; throws when the program ends without it. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Closes the reading end of what it prints. */
  closeOutput(): void;
  readonly ended: Promise<Ended>;
}

/** Builds the program from the sources that are tested. */
export const buildTsPlay = (): void => {
  execFileSync(process.execPath, ["scripts/build.js"], { cwd: repository });
};

/** Starts the real program in a folder, with no settings of this machine's user. */
export function startTsPlay(folder: string, args: readonly string[]): Running {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    out.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    out.stderr += chunk.toString();
  });
  const memory = watchMemory(child);
  const deadline = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
  const closed = once(child, "close");
  const ended = closed.then(([code]: unknown[]): Ended => {
    clearTimeout(deadline);
    return {
      exitCode: (code as number | null) ?? undefined,
      ...out,
      durationMs: performance.now() - startedAt,
      peakBytes: memory.stop(),
    };
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
    closeOutput: () => void child.stdout.destroy(),
    printed: async (text) => {
      while (!out.stdout.includes(text)) {
        const over = await Promise.race([once(child.stdout, "data").then(() => false), closed.then(() => true)]);
        if (over && !out.stdout.includes(text))
          throw new Error(`ended without printing "${text}":\n${out.stdout}${out.stderr}`);
      }
    },
  };
}

/** Runs the real program to its end. */
export const tsPlay = (folder: string, args: readonly string[]): Promise<Ended> => startTsPlay(folder, args).ended;

function watchMemory({ pid }: ChildProcess): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(pid));
  }, sampleMs);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

function peakOf(pid: number | undefined): number {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    // It has just ended.
    return 0;
  }
}
