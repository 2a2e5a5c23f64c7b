import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { LabError } from "./lab-error.ts";

const waitSeconds = 1200;

/** Runs `work` while this process alone holds the lock file (flock(1)); the kernel frees it when this process dies. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  // cat ends with its standard input, so the lock lives exactly as long as this process holds the pipe.
  const script = ["--exclusive", "--timeout", String(waitSeconds), file, "sh", "-c", "echo locked; exec cat"];
  const holder = spawn("flock", script, { stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(holder, "exit");
  await locked(holder, file);
  try {
    return await work();
  } finally {
    holder.stdin?.end();
    await ended;
  }
}

function locked(holder: ChildProcess, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    holder.stdout?.once("data", () => resolve());
    holder.once("error", reject);
    holder.once("exit", () => reject(new LabError(`${file} stayed locked by another process for ${waitSeconds} s`)));
  });
}
