import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../errors.ts";

const WAIT_MS = 30_000;
const PAUSE_MS = 20;

/** Does work on a history while no other process of this machine does; what a process that died has left is taken away. Throws InputError. */
export async function withHistoryLock<T>(history: string, work: () => Promise<T>): Promise<T> {
  const lock = `${history}.lock`;
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  await take(lock, performance.now() + WAIT_MS);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string, giveUpAt: number): Promise<void> {
  while (!(await create(lock))) {
    const holder = Number(await readFile(lock, "utf8").catch(() => ""));
    if (holder > 0 && !lives(holder)) await takeAway(lock);
    else if (performance.now() < giveUpAt) await sleep(PAUSE_MS);
    else throw busy(lock, holder);
  }
}

async function create(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, "wx", 0o600);
    await handle.writeFile(String(process.pid)).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Of several that find it abandoned only one can rename it. */
async function takeAway(lock: string): Promise<void> {
  const away = `${lock}.${randomBytes(6).toString("hex")}`;
  await rename(lock, away).then(
    () => rm(away, { force: true }),
    () => undefined,
  );
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const busy = (lock: string, holder: number): InputError =>
  new InputError({
    code: "JRN004",
    place: { file: lock },
    message: `the drift history stayed in use for ${WAIT_MS / 1000} s${holder > 0 ? `, by process ${holder}` : ""}`,
    fix: "run again; when no other check runs, remove this file",
  });
