import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { HostSpec } from "./host-spec.ts";
import { findHost } from "./known-lab.ts";
import { type Lab, labDown, labInventory, labStatus, labUp } from "./lab.ts";
import { defaultDirectory, defaultName, labDirectory } from "./lab-record.ts";
import { sshAccess, sshArguments } from "./ssh-access.ts";

type Write = (line: string) => void;

/** Which lab a command is about. */
export interface LabChoice {
  readonly name?: string;
  readonly directory?: string;
}

export interface LabUpArguments extends LabChoice {
  readonly hosts?: readonly (string | HostSpec)[];
  /** Group names and their hosts; by default all hosts are `loadbalancers`. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly privileged?: boolean;
  /** Where the inventory is written, relative to the working directory. */
  readonly inventoryFile?: string;
}

/** `ts-play lab up`: boots the hosts and writes the inventory that reaches them. */
export async function labUpCommand(args: LabUpArguments, write: Write): Promise<Lab> {
  const { hosts = ["lb1", "lb2", "lb3"], inventoryFile = "inventory/lab.yaml", groups, ...options } = args;
  const started = Date.now();
  const lab = await labUp({ ...options, hosts, log: write });
  const names = lab.hosts.map(({ name }) => name);
  const text = labInventory(lab, groups ?? { loadbalancers: names }, { virtual_ip: lab.virtualAddress });
  await mkdir(dirname(inventoryFile), { recursive: true });
  await writeFile(inventoryFile, text);
  write(`${lab.hosts.length} hosts are up after ${((Date.now() - started) / 1000).toFixed(1)} s on ${lab.network}`);
  write(`inventory: ${inventoryFile}`);
  return lab;
}

/** `ts-play lab down`: removes the hosts and all that belongs to them. */
export async function labDownCommand(args: LabChoice, write: Write): Promise<void> {
  await labDown(args);
  write(`the lab ${args.name ?? defaultName} is down`);
}

/** `ts-play lab status`: a line per host; true when all of them run and answer. */
export async function labStatusCommand(args: LabChoice, write: Write): Promise<boolean> {
  const status = await labStatus(args);
  if (status === undefined) {
    write(`the lab ${args.name ?? defaultName} is down`);
    return false;
  }
  for (const { name, address, driver, running, answers } of status.hosts) {
    const state = `${running ? "running" : "off"}${answers ? ", ssh answers" : ""}`;
    write(`${name.padEnd(16)} ${address.padEnd(15)} ${driver.padEnd(6)} ${state}`);
  }
  return status.hosts.every(({ running, answers }) => running && answers);
}

/** `ts-play lab ssh <host> [command]`: the terminal goes to ssh; answers its exit code (255: no connection). */
export async function labSshCommand(
  host: string,
  args: LabChoice & { readonly user?: string; readonly command?: readonly string[] } = {},
): Promise<number> {
  const { name = defaultName, directory = defaultDirectory, user = "root", command = [] } = args;
  const found = await findHost({ name, directory }, host);
  const destination = `${user}@${found.host.address}`;
  const access = sshAccess(labDirectory(directory, name));
  const child = spawn("ssh", [...sshArguments(access, destination), ...command], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 255;
}
