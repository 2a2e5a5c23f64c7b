import { type HostRecord, hostDirectory, type LabRecord } from "./lab-record.ts";

/** A host of a lab, as the machine's side handles it. */
export interface HostHandle {
  readonly directory: string;
  readonly lab: LabRecord;
  readonly host: HostRecord;
}

/** The directory of a host on this machine. */
export const homeOf = ({ directory, lab, host }: HostHandle): string => hostDirectory(directory, lab.name, host.name);

/** The name of a host's control group and, with a dash, of its machine. */
export const groupOf = (lab: string, host: string): string => `${lab}/${host}`;

/** What the machine's end of a host's cable is called; systemd-nspawn(1), --network-bridge. */
export const cableOf = (lab: string, host: string): string => `vb-${lab}-${host}`;
