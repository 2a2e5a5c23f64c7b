import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Driver } from "./host-spec.ts";

export const defaultDirectory = "/var/lib/ts-play-lab";
export const defaultName = "lab";

/** One host as the lab remembers it between processes. */
export interface HostRecord {
  readonly name: string;
  readonly address: string;
  readonly driver: Driver;
  readonly memoryMb: number;
  /** The base that the host comes from; it must stay as long as the host. */
  readonly base: string;
  /** Of a host with a kernel of its own: the disk image, made from the base, that its disk lies on. */
  readonly image?: string;
}

/** What is written to disk about a lab, before anything of it is started. */
export interface LabRecord {
  readonly name: string;
  /** First three bytes of the /24, such as `10.87.12`. */
  readonly network: string;
  readonly privileged: boolean;
  readonly hosts: readonly HostRecord[];
}

export const labDirectory = (directory: string, name: string): string => join(directory, name);
export const hostDirectory = (directory: string, lab: string, host: string): string =>
  join(labDirectory(directory, lab), "hosts", host);

/** Held by whoever changes what all labs under a directory share: images, networks, records; lock.ts. */
export const sharedLock = (directory: string): string => join(directory, ".locks", "shared lock");

/** Held by whoever brings this lab up or down; taken before the shared one. */
export const labLock = (directory: string, name: string): string => join(directory, ".locks", name);

/** The record of a lab, or undefined when there is none, or none that can be read. */
export async function readRecord(directory: string, name: string): Promise<LabRecord | undefined> {
  const text = await readFile(recordFile(directory, name), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LabRecord);
}

/** Replaces the record of a lab in one step, so that a crash leaves the old or the new one. */
export async function writeRecord(directory: string, record: LabRecord): Promise<void> {
  const file = recordFile(directory, record.name);
  await mkdir(labDirectory(directory, record.name), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(record, undefined, 2));
  await rename(`${file}.new`, file);
}

/** The records of all labs under a directory. */
export async function allRecords(directory: string): Promise<readonly LabRecord[]> {
  const names = await readdir(directory).catch(() => []);
  const records = await Promise.all(names.map((name) => readRecord(directory, name)));
  return records.filter((record) => record !== undefined);
}

const recordFile = (directory: string, name: string): string => join(labDirectory(directory, name), "lab.json");
