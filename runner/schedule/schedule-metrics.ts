import type { LastRun } from "./last-run.ts";

/** A schedule as metrics for the textfile collector of node_exporter. */
export function scheduleMetrics(
  { name, installedAt, maxAgeSeconds }: { name: string; installedAt: string; maxAgeSeconds: number },
  record: LastRun | undefined,
): string {
  const seconds = (time: string) => Date.parse(time) / 1000;
  const gauge = (metric: string, help: string, value: number): string =>
    `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric}{schedule="${name}"} ${value}\n`;
  return [
    gauge(
      "ts_play_schedule_happened_timestamp_seconds",
      "When the command last did what it was asked; when it was installed, before the first time.",
      seconds(record?.happenedAt ?? installedAt),
    ),
    gauge("ts_play_schedule_max_age_seconds", "Older than this, it is late.", maxAgeSeconds),
    ...(record === undefined
      ? []
      : [
          gauge("ts_play_schedule_end_timestamp_seconds", "When it last ended.", seconds(record.endedAt)),
          gauge("ts_play_schedule_exit_code", "How, -1 for a signal or its deadline.", record.exitCode ?? -1),
        ]),
  ].join("");
}
