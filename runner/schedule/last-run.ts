import { HAPPENED } from "./schedule.ts";

/** How a schedule went so far; written after each time. */
export interface LastRun {
  readonly v: 1;
  readonly endedAt: string;
  /** `success`, `exit-code`, `timeout`, `signal` ...: SERVICE_RESULT of systemd.exec(5). */
  readonly result: string;
  /** Undefined when a signal ended it. */
  readonly exitCode?: number | undefined;
  /** When it last did what it was asked. */
  readonly happenedAt?: string | undefined;
}

/** What systemd says to ExecStopPost= of how a service ended, added to what was known. */
export function lastRunOf(
  before: LastRun | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  now: Date,
): LastRun {
  const { SERVICE_RESULT: result = "unknown", EXIT_CODE: kind, EXIT_STATUS: status } = environment;
  const exitCode = kind === "exited" ? Number(status) : undefined;
  const happened = result === "success" && exitCode !== undefined && HAPPENED.includes(exitCode);
  const endedAt = now.toISOString();
  return { v: 1, endedAt, result, exitCode, happenedAt: happened ? endedAt : before?.happenedAt };
}

/** Words for how it ended last. */
export function endingOf({ result, exitCode }: LastRun): string {
  if (result === "timeout") return "ended at its deadline";
  return exitCode === undefined ? `ended by ${result}` : `exit code ${exitCode}`;
}

/** Why a schedule is late; undefined when it is on time. `since` is when it was installed. */
export function lateness(
  last: LastRun | undefined,
  { installedAt, maxAgeSeconds }: { readonly installedAt: string; readonly maxAgeSeconds: number },
  now: Date,
): string | undefined {
  const since = last?.happenedAt ?? installedAt;
  if (now.getTime() - Date.parse(since) <= maxAgeSeconds * 1000) return undefined;
  const ended = last === undefined ? "it has never run" : `it last ended at ${last.endedAt}, ${endingOf(last)}`;
  const happened = last?.happenedAt === undefined ? "has never happened" : `has not happened since ${last.happenedAt}`;
  return `${happened}, and should every ${hours(maxAgeSeconds)}; ${ended}`;
}

const hours = (seconds: number): string =>
  seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
