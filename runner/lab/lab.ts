import { ensureBase } from "./base-image.ts";
import { hostKeyFile } from "./host-files.ts";
import { isRunning, powerOn } from "./host-power.ts";
import { raiseKernelSettings } from "./kernel-settings.ts";
import { describeLab } from "./known-lab.ts";
import { checkHostNames, checkLabName } from "./lab-names.ts";
import {
  allRecords,
  defaultDirectory,
  defaultName,
  hostDirectory,
  type LabRecord,
  labDirectory,
  labLock,
  readRecord,
  sharedLock,
  writeRecord,
} from "./lab-record.ts";
import { withLock } from "./lock.ts";
import { prepareMachine } from "./machine.ts";
import { chooseNetwork, networkUp } from "./network.ts";
import { ensureKey, sshAccess, waitForSsh, writeKnownHosts } from "./ssh-access.ts";

export { labPassword } from "./base-recipe.ts";
export { hostUsage } from "./host-usage.ts";
export { labDown } from "./lab-down.ts";
export { killHost, pauseNetwork, resetHost, resumeNetwork, startHost } from "./lab-faults.ts";
export { labInventory } from "./lab-inventory.ts";
export { type HostStatus, labStatus } from "./lab-status.ts";
export { runOnHost, sshArguments } from "./ssh-access.ts";

export interface LabHost {
  readonly name: string;
  readonly address: string;
}

const firstHostNumber = 11;

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
  /** Names, or a number of hosts that are called after the lab. */
  readonly hosts: readonly string[] | number;
  /** Where images and hosts are kept; /var/lib/ts-play-lab by default. */
  readonly directory?: string;
  /** Of a new lab: lets hosts run container engines; they can then change the settings of this machine's kernel. */
  readonly privileged?: boolean;
  readonly log?: (line: string) => void;
}

/** Brings a lab up: what runs stays as it is, what is missing is built and booted. Throws InputError and LabError. */
export async function labUp(options: LabOptions): Promise<Lab> {
  const { name = defaultName, directory = defaultDirectory, log = () => undefined } = options;
  checkLabName(name);
  const hosts = checkHostNames(name, options.hosts);
  await prepareMachine(log);
  return withLock(labLock(directory, name), async () => {
    const record = await withLock(sharedLock(directory), async () => {
      const base = await ensureBase(directory, log);
      await raiseKernelSettings(directory);
      return register({ ...options, name, directory }, hosts, base);
    });
    await networkUp(name, record.network);
    await writeKeys(directory, record);
    await bootAll(directory, record, hosts, log);
    return describeLab(directory, record, hosts);
  });
}

/** Writes down what there will be before any of it is there, so that `labDown` finds it after a crash. */
async function register(
  options: LabOptions & { readonly name: string; readonly directory: string },
  names: readonly string[],
  base: string,
): Promise<LabRecord> {
  const { name, directory, privileged = false } = options;
  const known = await readRecord(directory, name);
  const added = names.filter((host) => !known?.hosts.some((other) => other.name === host));
  checkHostNames(name, [...(known?.hosts ?? []).map((host) => host.name), ...added]);
  const network = known?.network ?? (await freeNetwork(directory, name));
  const first = firstHostNumber + (known?.hosts.length ?? 0);
  const hosts = added.map((host, index) => ({ name: host, address: `${network}.${first + index}`, base }));
  const record = { name, network, privileged, ...known, hosts: [...(known?.hosts ?? []), ...hosts] };
  await writeRecord(directory, record);
  return record;
}

async function freeNetwork(directory: string, name: string): Promise<string> {
  const others = await allRecords(directory);
  return chooseNetwork(
    name,
    others.map(({ network }) => network),
  );
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
