import { isRunning } from "./host-power.ts";
import { describeLab } from "./known-lab.ts";
import type { Lab, LabHost } from "./lab.ts";
import { defaultDirectory, defaultName, readRecord } from "./lab-record.ts";
import { answers } from "./ssh-access.ts";

export interface HostStatus extends LabHost {
  /** The host has processes. */
  readonly running: boolean;
  /** Its sshd answers. */
  readonly answers: boolean;
}

/** What there is of a lab, and how each host is; undefined when there is no such lab. */
export async function labStatus(
  options: { readonly name?: string; readonly directory?: string } = {},
): Promise<{ readonly lab: Lab; readonly hosts: readonly HostStatus[] } | undefined> {
  const { name = defaultName, directory = defaultDirectory } = options;
  const lab = await readRecord(directory, name);
  if (lab === undefined) {
    return undefined;
  }
  const hosts = lab.hosts.map(async (host) => {
    const running = await isRunning({ directory, lab, host });
    const { name, address, driver } = host;
    return { name, address, driver, running, answers: running && (await answers(address)) };
  });
  return { lab: describeLab(directory, lab), hosts: await Promise.all(hosts) };
}
