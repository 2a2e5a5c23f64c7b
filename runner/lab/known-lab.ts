import { InputError } from "../errors.ts";
import type { HostHandle } from "./host-power.ts";
import type { Lab } from "./lab.ts";
import { type LabRecord, labDirectory, readRecord } from "./lab-record.ts";
import { bridgeName } from "./network.ts";
import { sshAccess } from "./ssh-access.ts";

/** A lab as its users see it, with all or some of its hosts, in the order asked for. */
export function describeLab(directory: string, record: LabRecord, some?: readonly string[]): Lab {
  const names = some ?? record.hosts.map(({ name }) => name);
  const hosts = names.flatMap((name) => record.hosts.filter((host) => host.name === name));
  return {
    name: record.name,
    hosts: hosts.map(({ name, address }) => ({ name, address })),
    ...sshAccess(labDirectory(directory, record.name)),
    bridge: bridgeName(record.name),
    network: `${record.network}.0/24`,
    virtualAddress: `${record.network}.200`,
    directory,
  };
}

/** One host of a lab that is up; throws InputError when the lab is gone or has no such host. */
export async function findHost(lab: Pick<Lab, "name" | "directory">, name: string): Promise<HostHandle> {
  const record = await readRecord(lab.directory, lab.name);
  const host = record?.hosts.find((candidate) => candidate.name === name);
  if (record === undefined || host === undefined) {
    throw new InputError({
      code: "LAB005",
      message: record ? `the lab ${lab.name} has no host ${name}` : `there is no lab ${lab.name}`,
      fix: record ? `take one of ${record.hosts.map((known) => known.name).join(", ")}` : "bring it up first",
    });
  }
  return { directory: lab.directory, lab: record, host };
}
