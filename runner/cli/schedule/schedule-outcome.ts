import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { ExitCode, InputError } from "../../errors.ts";
import { postWebhook } from "../../report/webhook/send.ts";
import { maskedUrl, requireWebhookUrl } from "../../report/webhook/webhook-url.ts";
import { endingOf, type LastRun, lastRunOf, lateness } from "../../schedule/last-run.ts";
import { scheduleMetrics } from "../../schedule/schedule-metrics.ts";
import { replaceFile } from "../replace-file.ts";
import {
  forget,
  type Installed,
  installedSchedule,
  installedSchedules,
  keepLastRun,
  lastRun,
} from "./schedule-store.ts";
import { systemctl } from "./systemd.ts";

/** `ts-play schedule record`: keeps how a run ended; systemd gives it when a service has stopped. */
export async function scheduleRecord(name: string): Promise<number> {
  const schedule = await installedSchedule(name);
  await keepLastRun(name, lastRunOf(await lastRun(name), process.env, new Date()));
  await writeMetrics(schedule);
  // Removed meanwhile: nobody else would take away what was just written.
  if (!(await installedSchedules()).some((one) => one.name === name)) await forgetAll(schedule);
  return ExitCode.done;
}

/** `ts-play schedule check`: says which schedules have not happened as they should. Exit code 3 when there is one. */
export async function scheduleCheck(names: readonly string[]): Promise<number> {
  const schedules = names.length > 0 ? await Promise.all(names.map(installedSchedule)) : await installedSchedules();
  if (schedules.length === 0)
    throw new InputError({
      code: "SCH006",
      message: "there is no schedule",
      fix: "ts-play schedule install nightly -- drift site.ts -i hosts.yaml --save",
    });
  const troubles = await Promise.all(schedules.map(troubleOf));
  for (const [at, trouble] of troubles.entries())
    process.stdout.write(`${schedules[at]!.name}: ${trouble ?? "on time"}\n`);
  return troubles.every((trouble) => trouble === undefined) ? ExitCode.done : ExitCode.taskFailed;
}

/** What is wrong with a schedule; undefined when it is on time and will be. */
export async function troubleOf(schedule: Installed): Promise<string | undefined> {
  if (schedule.installing) return "it was not installed to the end: install it again, or remove it";
  await writeMetrics(schedule);
  const timer = `ts-play-${schedule.name}.timer`;
  const state = (await systemctl("show", "--value", "--property=ActiveState", timer)).trim();
  if (state !== "active") return `its timer is ${state}: systemctl enable --now ${timer}`;
  return lateness(await lastRun(schedule.name), schedule, new Date());
}

/** `ts-play schedule alert`: says that a schedule did not happen, to the journal and the webhook. */
export async function scheduleAlert(name: string): Promise<number> {
  const schedule = await installedSchedule(name);
  const last = justEnded(name) ?? (await lastRun(name));
  const text = `ts-play on ${hostname()}: the schedule ${name} ${whatHappened(schedule, last)}. Look at: journalctl -u ts-play-${name}.service`;
  // The priority of an error; sd-daemon(3).
  process.stderr.write(`<3>${text}\n`);
  const { TS_PLAY_WEBHOOK: url } = process.env;
  if (!url) return ExitCode.done;
  requireWebhookUrl(url);
  const refusal = await postWebhook(url, JSON.stringify(alertMessage(url, schedule, text, last)));
  if (refusal === undefined) return ExitCode.done;
  process.stderr.write(`<3>the webhook ${maskedUrl(url)} was not told: ${refusal}\n`);
  return ExitCode.unreachable;
}

/** The run whose end this alert is about, as systemd tells it; undefined when it is about a run that did not begin. */
function justEnded(name: string): LastRun | undefined {
  const { MONITOR_UNIT: unit, MONITOR_SERVICE_RESULT, MONITOR_EXIT_CODE, MONITOR_EXIT_STATUS } = process.env;
  if (unit !== `ts-play-${name}.service`) return undefined;
  const said = {
    SERVICE_RESULT: MONITOR_SERVICE_RESULT,
    EXIT_CODE: MONITOR_EXIT_CODE,
    EXIT_STATUS: MONITOR_EXIT_STATUS,
  };
  return lastRunOf(undefined, said, new Date());
}

function whatHappened(schedule: Installed, last: LastRun | undefined): string {
  const late = lateness(last, schedule, new Date());
  if (justEnded(schedule.name) === undefined && late !== undefined) return late;
  return last === undefined ? "did not begin" : `did not happen: ${endingOf(last)} at ${last.endedAt}`;
}

/** Chats read `text`, programs the rest, which Slack does not know. */
function alertMessage(url: string, { name, command }: Installed, text: string, last: object | undefined): object {
  const message = { text: `:x: ${text}` };
  if (new URL(url).hostname === "hooks.slack.com") return message;
  const verdict = { tone: "bad", text };
  return { ...message, format: "ts-play-webhook", v: 1, verdict, schedule: { name, command, last } };
}

export async function writeMetrics(schedule: Installed): Promise<void> {
  const { metricsFile, name } = schedule;
  if (metricsFile === undefined) return;
  await replaceFile(metricsFile, scheduleMetrics(schedule, await lastRun(name)), 0o644);
}

/** Takes away all that is kept of a schedule. The definition goes first: who writes the rest looks afterwards whether it is still there. */
export async function forgetAll(schedule: Installed): Promise<void> {
  await forget(schedule.name);
  await removeMetrics(schedule);
}

/** Metrics that nobody keeps up to date any more would say for ever that it is late. */
export async function removeMetrics({ metricsFile }: Installed): Promise<void> {
  if (metricsFile !== undefined) await rm(metricsFile, { force: true });
}
