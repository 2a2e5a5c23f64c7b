import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ExitCode } from "../../errors.ts";
import { endingOf } from "../../schedule/last-run.ts";
import { systemdUnits, timersOf } from "../../schedule/systemd-units.ts";
import { forgetAll, removeMetrics, troubleOf } from "./schedule-outcome.ts";
import { type Installed, installedSchedule, installedSchedules, lastRun } from "./schedule-store.ts";
import { systemctl, unitFolder } from "./systemd.ts";

/** `ts-play schedule list`: what is given when, how it went, and whether it is on time. */
export async function scheduleList({ json = false }: { readonly json?: boolean }): Promise<number> {
  const lines = await Promise.all((await installedSchedules()).map(lineOf));
  if (json) process.stdout.write(`${JSON.stringify(lines, undefined, 2)}\n`);
  else if (lines.length === 0) process.stdout.write("There is no schedule.\n");
  else process.stdout.write(lines.map(textOf).join(""));
  return ExitCode.done;
}

type Line = Awaited<ReturnType<typeof lineOf>>;

async function lineOf(schedule: Installed) {
  const { name, command, folder, at } = schedule;
  const last = await lastRun(name);
  const next = await systemctl("show", "--value", "--property=NextElapseUSecRealtime", `ts-play-${name}.timer`);
  return {
    name,
    command,
    folder,
    at: at.text,
    next: next.trim() || null,
    last: last ?? null,
    trouble: (await troubleOf(schedule)) ?? null,
  };
}

const textOf = ({ name, command, folder, at, next, last, trouble }: Line): string =>
  `${name}: ts-play ${command.join(" ")}
  in    ${folder}
  at    ${at}, next ${next ?? "never"}
  last  ${last === null ? "has not run yet" : `${last.endedAt}, ${endingOf(last)}`}
  state ${trouble ?? "on time"}
`;

/** `ts-play schedule remove`: takes timers and units away. A run that is under way goes on to its end. */
export async function scheduleRemove(name: string): Promise<number> {
  const schedule = await installedSchedule(name);
  const timers = timersOf(name).filter((file) => existsSync(join(unitFolder, file)));
  // systemd refuses to disable what somebody has taken away by hand.
  if (timers.length > 0) await systemctl("disable", "--quiet", "--now", ...timers);
  for (const file of Object.keys(systemdUnits(schedule, []))) await rm(join(unitFolder, file), { force: true });
  await removeMetrics(schedule);
  await systemctl("daemon-reload");
  // Last: what was interrupted can be removed again.
  await forgetAll(schedule);
  process.stdout.write(`removed ${name}\n`);
  return ExitCode.done;
}
