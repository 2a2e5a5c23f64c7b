import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createGroup, killGroup, processesIn, removeGroup } from "./cgroup.ts";
import { containerDriver } from "./container.ts";
import { execute } from "./execute.ts";
import type { HostDriver } from "./host-driver.ts";
import { groupOf, type HostHandle, homeOf } from "./host-handle.ts";
import type { Driver } from "./host-spec.ts";
import { LabError } from "./lab-error.ts";
import { labDirectory } from "./lab-record.ts";
import { sshAccess, waitForSsh } from "./ssh-access.ts";
import { umlDriver } from "./uml.ts";

const bootTimeoutMs = 90_000;

const drivers: Readonly<Record<Driver, HostDriver>> = { nspawn: containerDriver, uml: umlDriver };
const driverOf = ({ host }: HostHandle): HostDriver => drivers[host.driver];

export const isRunning = async ({ lab, host }: HostHandle): Promise<boolean> =>
  (await processesIn(groupOf(lab.name, host.name))).length > 0;

/** Boots a host from its disk, which is made when there is none, and waits until it has booted; throws LabError. */
export async function powerOn(handle: HostHandle): Promise<void> {
  const { directory, lab, host } = handle;
  const home = homeOf(handle);
  await mkdir(home, { recursive: true });
  await driverOf(handle).prepare(handle);
  const machine = await start(handle, home);
  const waiting = new AbortController();
  machine.once("exit", () => waiting.abort());
  machine.once("error", () => waiting.abort());
  const options = { timeoutMs: bootTimeoutMs, signal: waiting.signal };
  await waitForSsh(sshAccess(labDirectory(directory, lab.name)), host.address, options).catch(async (cause) => {
    throw new LabError(`${host.name} did not come up: ${await endOfLog(home)}`, { cause });
  });
}

/** Ends a host at once, as a power cut does; what it wrote stays. */
export async function powerOff(handle: HostHandle): Promise<void> {
  const group = groupOf(handle.lab.name, handle.host.name);
  await killGroup(group);
  await removeGroup(group);
  await driverOf(handle).cleanUp(handle);
}

/** Pulls a host's network cable, or puts it back; throws LabError when the host is off. */
export const setCable = (handle: HostHandle, plugged: boolean): Promise<void> =>
  driverOf(handle).setCable(handle, plugged);

/** Throws away everything a host that is off has written; its SSH key stays. */
export async function wipe(handle: HostHandle): Promise<void> {
  const layers = driverOf(handle).layers.map((layer) => join(homeOf(handle), layer));
  await execute("rm", ["-rf", "--one-file-system", ...layers], { timeoutMs: 120_000 });
}

/** Starts what outlives this process: the host, in a session of its own. */
async function start(handle: HostHandle, home: string): Promise<ChildProcess> {
  const groups = await createGroup(groupOf(handle.lab.name, handle.host.name));
  const { program, args } = await driverOf(handle).command(handle, groups);
  const log = await open(join(home, "log"), "w");
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log.fd, log.fd] });
  child.unref();
  await log.close();
  return child;
}

const endOfLog = async (home: string): Promise<string> =>
  (await readFile(join(home, "log"), "utf8").catch(() => "")).trim().split("\n").slice(-5).join("\n") ||
  "it said nothing";
