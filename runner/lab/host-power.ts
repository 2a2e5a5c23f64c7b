import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createGroup, killGroup, processesIn, removeGroup } from "./cgroup.ts";
import { execute } from "./execute.ts";
import { exists } from "./exists.ts";
import { writeHostFiles } from "./host-files.ts";
import { LabError } from "./lab-error.ts";
import { type HostRecord, hostDirectory, type LabRecord, labDirectory } from "./lab-record.ts";
import { bridgeName } from "./network.ts";
import { nspawn, type Overlay } from "./nspawn.ts";
import { ensureKey, sshAccess, waitForSsh } from "./ssh-access.ts";

const bootTimeoutMs = 90_000;

/** A host of a lab, as the machine's side handles it. */
export interface HostHandle {
  readonly directory: string;
  readonly lab: LabRecord;
  readonly host: HostRecord;
}

/** The name of a host's control group and, with a dash, of its machine. */
export const groupOf = (lab: string, host: string): string => `${lab}/${host}`;

export const isRunning = async ({ lab, host }: HostHandle): Promise<boolean> =>
  (await processesIn(groupOf(lab.name, host.name))).length > 0;

/** Boots a host from its overlay, which is made when there is none, and waits until it has booted; throws LabError. */
export async function powerOn(handle: HostHandle): Promise<void> {
  const { directory, lab, host } = handle;
  const home = hostDirectory(directory, lab.name, host.name);
  await prepareOverlay(handle, home);
  const groups = await createGroup(groupOf(lab.name, host.name));
  const container = await startContainer(handle, home, groups);
  const waiting = new AbortController();
  container.once("exit", () => waiting.abort());
  container.once("error", () => waiting.abort());
  const options = { timeoutMs: bootTimeoutMs, signal: waiting.signal };
  await waitForSsh(sshAccess(labDirectory(directory, lab.name)), host.address, options).catch(async (cause) => {
    throw new LabError(`${host.name} did not come up: ${await endOfLog(home)}`, { cause });
  });
}

/** Ends a host at once, as a power cut does; what it wrote stays. */
export async function powerOff({ lab, host }: HostHandle): Promise<void> {
  const group = groupOf(lab.name, host.name);
  await killGroup(group);
  await removeGroup(group);
}

/** Throws away everything a host that is off has written; its SSH key stays. */
export async function wipe({ directory, lab, host }: HostHandle): Promise<void> {
  const home = hostDirectory(directory, lab.name, host.name);
  const layers = ["prepared", "upper", "work", "data"].map((layer) => join(home, layer));
  await execute("rm", ["-rf", "--one-file-system", ...layers], { timeoutMs: 120_000 });
}

async function prepareOverlay({ directory, lab, host }: HostHandle, home: string): Promise<void> {
  // Written last, and outside the layer that the host itself can change.
  const ready = join(home, "prepared");
  await Promise.all(["upper", "work", "root"].map((layer) => mkdir(join(home, layer), { recursive: true })));
  if (!(await exists(ready))) {
    const { privateKeyFile } = sshAccess(labDirectory(directory, lab.name));
    const authorizedKey = await ensureKey(privateKeyFile, `ts-play lab ${lab.name}`);
    const { network } = lab;
    await writeHostFiles(join(home, "upper"), { ...host, network, directory: home, authorizedKey });
    await writeFile(ready, "");
  }
}

/** Starts what outlives this process: the container, in a session of its own. */
async function startContainer(
  { lab, host }: HostHandle,
  home: string,
  groups: readonly string[],
): Promise<ChildProcess> {
  const container = nspawn({
    groups,
    overlay: overlayOf(home, host.base),
    writableSettings: lab.privileged ? "all" : "network",
    args: [
      ...["--boot", `--directory=${join(home, "root")}`, `--machine=${lab.name}-${host.name}`],
      ...[`--network-bridge=${bridgeName(lab.name)}`, "--console=pipe", "--resolv-conf=off", "--link-journal=no"],
      ...["--timezone=off", ...(lab.privileged ? await privilegedArguments(home) : [])],
    ],
  });
  const log = await open(join(home, "log"), "w");
  const child = spawn(container.program, container.args, { detached: true, stdio: ["ignore", log.fd, log.fd] });
  child.unref();
  await log.close();
  return child;
}

const overlayOf = (home: string, lower: string): Overlay => ({
  lower,
  upper: join(home, "upper"),
  work: join(home, "work"),
  root: join(home, "root"),
});

/** What container engines inside a host need: every capability, the kernel's keyring and bpf, and storage that is no overlay. */
async function privilegedArguments(home: string): Promise<readonly string[]> {
  const directories = ["docker", "containerd", "kubelet"];
  await Promise.all(directories.map((name) => mkdir(join(home, "data", name), { recursive: true })));
  return [
    ...["--capability=all", "--system-call-filter=add_key keyctl bpf"],
    ...directories.map((name) => `--bind=${join(home, "data", name)}:/var/lib/${name}`),
  ];
}

const endOfLog = async (home: string): Promise<string> =>
  (await readFile(join(home, "log"), "utf8")).trim().split("\n").slice(-5).join("\n") || "it said nothing";
