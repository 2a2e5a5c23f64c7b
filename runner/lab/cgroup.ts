import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "./lab-error.ts";
import { mounts } from "./mounts.ts";

const root = "ts-play-lab";
const killDeadlineMs = 10_000;

/**
 * Creates a control group of this name ("lab/host") in every hierarchy and answers their directories.
 * A group of its own keeps the systemd of one host from taking the processes of another for its own.
 */
export async function createGroup(name: string): Promise<readonly string[]> {
  const tops = await hierarchies();
  for (const top of tops) {
    await mkdir(join(top, root, name), { recursive: true });
    await inheritCpuset(top, [root, ...name.split("/")]);
  }
  return tops.map((top) => join(top, root, name));
}

/** Ids of the processes in a group and below it. */
export async function processesIn(name: string): Promise<readonly number[]> {
  const [top] = await hierarchies();
  return top === undefined ? [] : listProcesses(join(top, root, name));
}

/** A file of a group from the first hierarchy that has it, as text. */
export async function readGroupFile(name: string, file: string): Promise<string | undefined> {
  for (const top of await hierarchies()) {
    const text = await readFile(join(top, root, name, file), "utf8").catch(ignore("ENOENT"));
    if (text !== undefined) {
      return text;
    }
  }
  return undefined;
}

/** Kills every process of a group, as a power cut would, and answers when all are gone. */
export async function killGroup(name: string): Promise<void> {
  const deadline = Date.now() + killDeadlineMs;
  for (let left = await processesIn(name); left.length > 0; left = await processesIn(name)) {
    if (Date.now() > deadline) {
      throw new LabError(`processes of ${name} survive SIGKILL: ${left.join(" ")}`);
    }
    left.forEach(kill);
    await sleep(20);
  }
}

/** Removes a group and all below it, and the groups above it that hold no other; its processes must be gone. */
export async function removeGroup(name: string): Promise<void> {
  for (const top of await hierarchies()) {
    await removeTree(join(top, root, name));
    for (let parent = dirname(join(root, name)); parent !== "."; parent = dirname(parent)) {
      await rmdir(join(top, parent)).catch(ignore("EBUSY", "ENOTEMPTY", "ENOENT"));
    }
  }
}

/** Mount points of all hierarchies, version 1 and 2; cgroups(7). */
async function hierarchies(): Promise<readonly string[]> {
  const points = (await mounts())
    .filter(({ type }) => type === "cgroup" || type === "cgroup2")
    .map(({ point }) => point);
  return [...new Set(points)];
}

/** A new cpuset of version 1 has no processors and no memory, and lets no process in; cpuset(7). */
async function inheritCpuset(top: string, path: readonly string[]): Promise<void> {
  for (const [depth] of path.entries()) {
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      const parent = await readFile(join(top, ...path.slice(0, depth), file), "utf8").catch(ignore("ENOENT"));
      if (parent) {
        await writeFile(join(top, ...path.slice(0, depth + 1), file), parent).catch(ignore("ENOENT", "EACCES"));
      }
    }
  }
}

async function listProcesses(directory: string): Promise<readonly number[]> {
  const own = await readFile(join(directory, "cgroup.procs"), "utf8").catch(ignore("ENOENT", "ENODEV", "EOPNOTSUPP"));
  const below = await Promise.all((await subgroups(directory)).map(listProcesses));
  return [...(own ?? "").split("\n").filter(Boolean).map(Number), ...below.flat()];
}

async function subgroups(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(ignore("ENOENT", "ENODEV"));
  return (entries ?? []).filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
}

async function removeTree(directory: string): Promise<void> {
  for (const group of await subgroups(directory)) {
    await removeTree(group);
  }
  for (let attempt = 1; ; attempt++) {
    const error = await rmdir(directory).then(
      () => undefined,
      (cause: NodeJS.ErrnoException) => cause,
    );
    if (error === undefined || error.code === "ENOENT") {
      return;
    }
    // A process that was just killed keeps its group busy until it is reaped.
    if (error.code !== "EBUSY" || attempt === 100) {
      throw error;
    }
    await sleep(20);
  }
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    ignore("ESRCH")(error);
  }
}

/** Turns the errors that are expected here into undefined. */
function ignore(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? "")) {
      throw error;
    }
  };
}
