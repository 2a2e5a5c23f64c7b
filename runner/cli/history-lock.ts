import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../errors.ts";

const WAIT_MS = 30_000;
const PAUSE_MS = 20;

/**
 * Does work on a history while no other process of this machine does; what a process that died has left is taken away. Throws InputError.
 *
 * The lock is a folder with one entry, called after its holder. A folder can be put in the place of an empty one and of none, but
 * not of one that holds something; and an entry is taken away by its name. So nobody can take away what another has taken meanwhile.
 */
export async function withHistoryLock<T>(history: string, work: () => Promise<T>): Promise<T> {
  const lock = `${history}.lock`;
  const holder = `${process.pid}.${randomBytes(6).toString("hex")}`;
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  const own = `${lock}.${holder}`;
  try {
    await mkdir(own, { mode: 0o700 });
    await writeFile(join(own, holder), "");
    await take(lock, own, performance.now() + WAIT_MS);
    await sweep(lock);
    return await work();
  } finally {
    await rm(own, { recursive: true, force: true });
    await release(lock, holder);
  }
}

async function take(lock: string, own: string, giveUpAt: number): Promise<void> {
  while (!(await put(own, lock))) {
    const { holder, mark } = await heldBy(lock);
    if (holder !== "" && !lives(pidOf(holder))) await takeAway(mark);
    else if (performance.now() < giveUpAt) await sleep(PAUSE_MS);
    else throw busy(lock, holder);
  }
}

/** False when the lock is held. */
async function put(own: string, lock: string): Promise<boolean> {
  try {
    await rename(own, lock);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(codeOf(error))) return false;
    throw error;
  }
}

/** The holder, and the file that says so; "" when nobody can be told. Earlier versions made the lock itself that file. */
async function heldBy(lock: string): Promise<{ holder: string; mark: string }> {
  try {
    const [holder = ""] = await readdir(lock);
    return { holder, mark: join(lock, holder) };
  } catch (error) {
    const holder = codeOf(error) === "ENOTDIR" ? await readFile(lock, "utf8").catch(() => "") : "";
    return { holder: /^[1-9]\d*$/.test(holder) ? holder : "", mark: lock };
  }
}

/** Removes a file only: when another has put a folder in its place meanwhile, that stays. */
async function takeAway(mark: string): Promise<void> {
  await unlink(mark).catch((error: unknown) => {
    if (!["ENOENT", "ENOTDIR", "EISDIR", "EPERM"].includes(codeOf(error))) throw error;
  });
}

/** Removes what processes have left that died while they waited. */
async function sweep(lock: string): Promise<void> {
  const prefix = `${basename(lock)}.`;
  for (const name of await readdir(dirname(lock))) {
    const waiting = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    if (/^\d+\.[0-9a-f]{12}$/.test(waiting) && !lives(pidOf(waiting)))
      await rm(join(dirname(lock), name), { recursive: true, force: true });
  }
}

/** Whoever was faster than the second of these two has put another folder there, which is not empty. */
async function release(lock: string, holder: string): Promise<void> {
  await rm(join(lock, holder), { force: true });
  await rmdir(lock).catch(() => undefined);
}

const pidOf = (holder: string): number => Number.parseInt(holder, 10);

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

const busy = (lock: string, holder: string): InputError =>
  new InputError({
    code: "JRN004",
    place: { file: lock },
    message: `the drift history stayed in use for ${WAIT_MS / 1000} s${holder === "" ? "" : `, by process ${pidOf(holder)}`}`,
    fix: "run again; when no other check runs, remove this",
  });
