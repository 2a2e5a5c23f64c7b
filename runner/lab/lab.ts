import { hostKeyFile } from "./host-files.ts";
import { isRunning, powerOn } from "./host-power.ts";
import { type Driver, hostSpecs, type WantedHosts } from "./host-spec.ts";
import { raiseKernelSettings, rememberKernelSettings } from "./kernel-settings.ts";
import { describeLab } from "./known-lab.ts";
import { checkLabName } from "./lab-names.ts";
import {
  defaultDirectory,
  defaultName,
  hostDirectory,
  type LabRecord,
  labDirectory,
  labLock,
  sharedLock,
} from "./lab-record.ts";
import { withLock } from "./lock.ts";
import { prepareMachine } from "./machine.ts";
import { networkUp } from "./network.ts";
import { register } from "./register.ts";
import { ensureKey, sshAccess, waitForSsh, writeKnownHosts } from "./ssh-access.ts";

export { labPassword } from "./base-recipe.ts";
export type { Driver, HostSpec, WantedHosts } from "./host-spec.ts";
export { hostUsage } from "./host-usage.ts";
export { labDown } from "./lab-down.ts";
export { killHost, pauseNetwork, resetHost, resumeNetwork, startHost } from "./lab-faults.ts";
export { labInventory } from "./lab-inventory.ts";
export { type HostStatus, labStatus } from "./lab-status.ts";
export { runOnHost, sshArguments } from "./ssh-access.ts";

export interface LabHost {
  readonly name: string;
  readonly address: string;
  readonly driver: Driver;
}

/** A set of running hosts on one bridge. */
export interface Lab {
  readonly name: string;
  readonly hosts: readonly LabHost[];
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  readonly bridge: string;
  /** The hosts' network, such as `10.87.12.0/24`; .11 and up are hosts, .200 to .254 are free for virtual addresses. */
  readonly network: string;
  /** An address of the network that no host has. */
  readonly virtualAddress: string;
  readonly directory: string;
}

export interface LabOptions {
  /** Names the bridge and the directories, so that labs can exist side by side; "lab" by default. */
  readonly name?: string;
  /** Names, `{ name, driver: "uml" }` for a host with a kernel of its own, or a number of hosts called after the lab. */
  readonly hosts: WantedHosts;
  /** Where images and hosts are kept; /var/lib/ts-play-lab by default. */
  readonly directory?: string;
  /** Of a new lab: lets containers run container engines; what they change of this machine's kernel is put back by `labDown`. */
  readonly privileged?: boolean;
  readonly log?: (line: string) => void;
}

/** Brings a lab up: what runs stays as it is, what is missing is built and booted. Throws InputError and LabError. */
export async function labUp(options: LabOptions): Promise<Lab> {
  const { name = defaultName, directory = defaultDirectory, log = () => undefined } = options;
  checkLabName(name);
  const hosts = hostSpecs(name, options.hosts);
  await prepareMachine(log, { kernels: hosts.some(({ driver }) => driver === "uml") });
  return withLock(labLock(directory, name), async () => {
    const record = await withLock(sharedLock(directory), async () => {
      await raiseKernelSettings({ directory });
      const registered = await register({ ...options, name, directory, hosts, log });
      if (registered.privileged) await rememberKernelSettings({ directory });
      return registered;
    });
    const names = hosts.map((host) => host.name);
    await networkUp(name, record.network);
    await writeKeys(directory, record);
    await bootAll(directory, record, names, log);
    return describeLab(directory, record, names);
  });
}

/** The keys come before the hosts, so that the first connection already knows whom to expect. */
async function writeKeys(directory: string, lab: LabRecord): Promise<void> {
  const { privateKeyFile, knownHostsFile } = sshAccess(labDirectory(directory, lab.name));
  await ensureKey(privateKeyFile, `ts-play lab ${lab.name}`);
  const keys = lab.hosts.map(async ({ name, address }): Promise<[string, string]> => {
    const file = hostKeyFile(hostDirectory(directory, lab.name, name));
    return [address, await ensureKey(file, `root@${name}`)];
  });
  await writeKnownHosts(knownHostsFile, new Map(await Promise.all(keys)));
}

async function bootAll(
  directory: string,
  lab: LabRecord,
  names: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  const wanted = lab.hosts.filter(({ name }) => names.includes(name));
  const boots = wanted.map(async (host) => {
    const handle = { directory, lab, host };
    if (await isRunning(handle)) {
      return waitForSsh(sshAccess(labDirectory(directory, lab.name)), host.address, { timeoutMs: 60_000 });
    }
    await powerOn(handle);
    log(`${host.name} ${host.address} is up`);
  });
  // Every boot ends before a failed one is reported: nothing goes on behind the caller's back.
  const failed = (await Promise.allSettled(boots)).find((boot) => boot.status === "rejected");
  if (failed) {
    throw failed.reason;
  }
}
