import { InputError } from "../errors.ts";
import { ensureBase } from "./base-image.ts";
import type { FullSpec } from "./host-spec.ts";
import { ensureKernelImage } from "./kernel-image.ts";
import { checkHostNames } from "./lab-names.ts";
import { allRecords, type HostRecord, type LabRecord, readRecord, writeRecord } from "./lab-record.ts";
import { chooseNetwork } from "./network.ts";

const firstHostNumber = 11;

/** What there shall be of a lab. */
export interface WantedLab {
  readonly name: string;
  readonly directory: string;
  readonly hosts: readonly FullSpec[];
  readonly privileged?: boolean | undefined;
  readonly log: (line: string) => void;
}

/**
 * Writes down what there will be before any of it is there, so that `labDown` finds it after a crash; builds the images
 * that it starts from. The caller holds the shared lock. Throws InputError and LabError.
 */
export async function register(wanted: WantedLab): Promise<LabRecord> {
  const { name, directory, privileged = false } = wanted;
  const known = await readRecord(directory, name);
  const old = known?.hosts ?? [];
  for (const host of old) keepDriver(wanted, host);
  const added = wanted.hosts.filter((host) => !old.some((other) => other.name === host.name));
  checkHostNames(
    name,
    [...old, ...added].map((host) => host.name),
  );
  const network = known?.network ?? (await freeNetwork(directory, name));
  const first = firstHostNumber + old.length;
  const base = await ensureBase(directory, wanted.log);
  const image = added.some(({ driver }) => driver === "uml") ? await ensureKernelImage(base, wanted.log) : undefined;
  const hosts = added.map((host, index) => ({
    ...host,
    address: `${network}.${first + index}`,
    base,
    ...(host.driver === "uml" && image ? { image } : {}),
  }));
  const record = { name, network, privileged, ...known, hosts: [...old, ...hosts] };
  await writeRecord(directory, record);
  return record;
}

function keepDriver({ name, hosts }: WantedLab, known: HostRecord): void {
  const wanted = hosts.find((host) => host.name === known.name);
  if (wanted && wanted.driver !== known.driver) {
    throw new InputError({
      code: "LAB008",
      message: `the lab ${name} has a host ${known.name} already, run by ${known.driver} and not by ${wanted.driver}`,
      fix: "take the lab down first, or give the new host another name",
    });
  }
}

async function freeNetwork(directory: string, name: string): Promise<string> {
  const others = await allRecords(directory);
  return chooseNetwork(
    name,
    others.map(({ network }) => network),
  );
}
