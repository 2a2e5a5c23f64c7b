import { InputError } from "../errors.ts";
import type { HostHandle } from "./host-handle.ts";
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
    hosts: hosts.map(({ name, address, driver }) => ({ name, address, driver })),
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
  if (record === undefined) {
    throw new InputError({ code: "LAB006", message: `there is no lab ${lab.name}`, fix: "bring it up first" });
  }
  const host = record.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) {
    throw noSuchHost(record, name);
  }
  return { directory: lab.directory, lab: record, host };
}

/** The error for a host name that a lab does not have. */
export const noSuchHost = (lab: Pick<Lab, "name" | "hosts">, name: string): InputError =>
  new InputError({
    code: "LAB005",
    message: `the lab ${lab.name} has no host ${name}`,
    fix: `take one of ${lab.hosts.map((known) => known.name).join(", ")}`,
  });
