import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ExitCode, InputError } from "../../errors.ts";
import { elapses, maxAgeSeconds } from "../../schedule/elapses.ts";
import type { Schedule } from "../../schedule/schedule.ts";
import { type Program, systemdUnits, timersOf } from "../../schedule/systemd-units.ts";
import { replaceFile } from "../replace-file.ts";
import { removeMetrics, writeMetrics } from "./schedule-outcome.ts";
import { forget, type Installed, installedSchedules, keepDefinition } from "./schedule-store.ts";
import { systemctl, systemdAnalyze, unitFolder } from "./systemd.ts";

/** Enough to see the longest pause between two times, also of "weekdays". */
const ITERATIONS = 25;

/** Has systemd keep a schedule, instead of what it kept by this name. Throws InputError; then the old one stays. */
export async function installUnits(schedule: Schedule, program: Program, metrics?: string): Promise<number> {
  const pause = await longestPause(schedule);
  const units = systemdUnits(schedule, program);
  await verify(units);
  const before = (await installedSchedules()).find(({ name }) => name === schedule.name);
  const installed: Installed = {
    ...schedule,
    installedAt: before?.installedAt ?? new Date().toISOString(),
    maxAgeSeconds: pause,
    metricsFile: metrics === undefined ? undefined : resolve(metrics),
  };
  // First, so that an interruption leaves no units that nobody knows of, and no definition that claims to be in force.
  await keepDefinition({ ...installed, installing: true });
  try {
    await putUnits(units, timersOf(schedule.name));
  } catch (cause) {
    await (before ? keepDefinition(before) : forget(schedule.name));
    throw cause;
  }
  await keepDefinition(installed);
  if (before && before.metricsFile !== installed.metricsFile) await removeMetrics(before);
  await writeMetrics(installed);
  process.stdout.write(
    `${before ? "changed" : "installed"} ${schedule.name}: ts-play ${schedule.command.join(" ")}, ${schedule.at.text}\n`,
  );
  return ExitCode.done;
}

/** Puts the units in place and starts their timers. When systemd refuses, the old ones are put back. */
async function putUnits(units: Readonly<Record<string, string>>, timers: readonly string[]): Promise<void> {
  const places = Object.entries(units).map(([file, text]) => ({ file: join(unitFolder, file), text }));
  const old = await Promise.all(places.map(({ file }) => readFile(file, "utf8").catch(() => undefined)));
  await mkdir(unitFolder, { recursive: true });
  try {
    for (const { file, text } of places) await replaceFile(file, text, 0o644);
    await systemctl("daemon-reload");
    await systemctl("enable", "--quiet", ...timers);
    await systemctl("restart", ...timers);
  } catch (cause) {
    const isNew = old.every((text) => text === undefined);
    if (isNew) await quietly("disable", "--quiet", "--now", ...timers);
    for (const [at, { file }] of places.entries())
      await (old[at] === undefined ? rm(file, { force: true }) : replaceFile(file, old[at], 0o644));
    await quietly("daemon-reload");
    if (!isNew) await quietly("start", ...timers);
    throw cause;
  }
}

/** What systemd refuses a second time has been told. */
const quietly = (...args: readonly string[]): Promise<unknown> => systemctl(...args).catch(() => undefined);

async function longestPause({ at, delaySeconds, deadlineSeconds }: Schedule): Promise<number> {
  if (at.calendar === undefined)
    throw new InputError({
      code: "SCH004",
      message: `systemd does not know the time "${at.text}"`,
      fix: "write daily, 03:15, or Mon-Fri 03:15",
    });
  const said = await systemdAnalyze("calendar", `--iterations=${ITERATIONS}`, at.calendar).catch((cause: unknown) => {
    if (!(cause instanceof InputError) || cause.message.includes("not installed")) throw cause;
    throw new InputError(
      {
        code: "SCH004",
        message: `"${at.text}" is no time that systemd knows`,
        fix: "write hourly, daily, 03:15, Mon-Fri 03:15, or see systemd.time(7)",
      },
      cause,
    );
  });
  const moments = elapses(said);
  if (moments.length === 0) throw new InputError({ code: "SCH004", message: `"${at.text}" never comes` });
  return maxAgeSeconds(moments, delaySeconds, deadlineSeconds);
}

/** systemd reads them where they do no harm. What it says of other units of the machine is none of ours. */
async function verify(units: Readonly<Record<string, string>>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ts-play-units-"));
  try {
    for (const [file, text] of Object.entries(units)) await writeFile(join(folder, file), text);
    const files = Object.keys(units).map((file) => join(folder, file));
    const said = await systemdAnalyze("verify", "--man=no", ...files);
    const complaints = said.split("\n").filter((line) => line.includes(folder));
    if (complaints.length > 0) throw new InputError({ code: "SCH005", message: complaints.join("; ") });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
