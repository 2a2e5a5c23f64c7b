import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { nearest } from "../../define/nearest.ts";
import { InputError } from "../../errors.ts";
import type { LastRun } from "../../schedule/last-run.ts";
import type { Schedule } from "../../schedule/schedule.ts";
import { replaceFile } from "../replace-file.ts";
import { scheduleFolder } from "./systemd.ts";

/** A schedule that systemd keeps. */
export interface Installed extends Schedule {
  readonly installedAt: string;
  /** The last success may be so old before something is wrong. */
  readonly maxAgeSeconds: number;
  /** Where its metrics are written. */
  readonly metricsFile?: string | undefined;
  /** Its units are being put in place: true for good when that was interrupted. */
  readonly installing?: boolean;
}

const definitionFile = (name: string): string => join(scheduleFolder, `${name}.json`);
const lastRunFile = (name: string): string => join(scheduleFolder, `${name}.last.json`);

/** All schedules of this user, by name. */
export async function installedSchedules(): Promise<readonly Installed[]> {
  const files = await readdir(scheduleFolder).catch(() => []);
  const names = files.flatMap((file) => /^([\w-]+)\.json$/.exec(file)?.[1] ?? []);
  const found = await Promise.all(names.toSorted().map(readDefinition));
  return found.filter((one) => one !== undefined);
}

/** Throws InputError when there is no such schedule. */
export async function installedSchedule(name: string): Promise<Installed> {
  const known = await installedSchedules();
  const found = known.find((one) => one.name === name);
  if (found) return found;
  const meant = nearest(
    name,
    known.map((one) => one.name),
  );
  throw new InputError({
    code: "SCH006",
    message: `there is no schedule "${name}"${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`,
    fix: "see ts-play schedule list",
  });
}

/** Undefined when it has just been removed. */
async function readDefinition(name: string): Promise<Installed | undefined> {
  const text = await readFile(definitionFile(name), "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Installed);
}

export async function keepDefinition(schedule: Installed): Promise<void> {
  await mkdir(scheduleFolder, { recursive: true });
  await replaceFile(definitionFile(schedule.name), `${JSON.stringify(schedule, undefined, 2)}\n`, 0o600);
}

/** How it went the last time; undefined before the first. */
export async function lastRun(name: string): Promise<LastRun | undefined> {
  const text = await readFile(lastRunFile(name), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LastRun);
}

export const keepLastRun = (name: string, last: LastRun): Promise<void> =>
  replaceFile(lastRunFile(name), `${JSON.stringify(last)}\n`, 0o600);

export async function forget(name: string): Promise<void> {
  for (const file of [definitionFile(name), lastRunFile(name)]) await rm(file, { force: true });
}
