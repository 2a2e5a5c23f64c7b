import type { RunDocument } from "../document/run-document.ts";

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** The run as metrics for the textfile collector of node_exporter: gauges without timestamps, which it would refuse. */
export function prometheusReport(document: RunDocument): string {
  const metrics = [...runMetrics(document), ...hostMetrics(document), ...driftMetrics(document)];
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(textOf)
    .join("");
}

/** The labels of everything that is said of a run. */
const about = ({ run }: RunDocument) => ({
  playbook: run.playbook,
  inventory: run.inventory.join(","),
  kind: run.kind === "run" ? run.mode : run.kind,
});

function runMetrics(document: RunDocument): readonly Metric[] {
  const { run } = document;
  const labels = about(document);
  const endedAt = Date.parse(run.startedAt) / 1000 + run.durationMs / 1000;
  return [
    one("ts_play_info", "The version of ts-play that ran.", { ...labels, version: run.version }, 1),
    one("ts_play_run_end_timestamp_seconds", "When the run ended.", labels, endedAt),
    one("ts_play_run_duration_seconds", "How long the run took.", labels, run.durationMs / 1000),
    one("ts_play_run_exit_code", "The exit code of the run, -1 when it was killed.", labels, run.exitCode ?? -1),
  ];
}

function hostMetrics(document: RunDocument): readonly Metric[] {
  const labels = about(document);
  const { hosts, totals } = document;
  const byState = Object.entries({ in_sync: totals.hosts.inSync, ...totals.hosts }).filter(
    ([state]) => state !== "inSync",
  );
  return [
    {
      name: "ts_play_hosts",
      help: "Hosts by how the run ended there.",
      samples: byState.map(([state, value]) => [{ ...labels, state }, value] as const),
    },
    {
      name: "ts_play_tasks",
      help: "Tasks by state, over all hosts.",
      samples: Object.entries(totals.tasks).map(([state, value]) => [{ ...labels, state }, value] as const),
    },
    {
      name: "ts_play_host_tasks_changed",
      help: "Tasks of a host that were, or in a check would be, changed.",
      samples: hosts.map(({ name, counts }) => [{ ...labels, host: name }, counts.changed] as const),
    },
    {
      name: "ts_play_host_read",
      help: "1 when the host was looked at to the end, 0 when nothing certain can be said of it.",
      samples: hosts.map(({ name, state }) => [{ ...labels, host: name }, state === "done" ? 1 : 0] as const),
    },
  ];
}

function driftMetrics(document: RunDocument): readonly Metric[] {
  const { drift } = document;
  if (drift === undefined) return [];
  const labels = about(document);
  const oldest = drift.findings.map(({ since }) => Date.parse(since) / 1000).toSorted((one, other) => one - other)[0];
  return [
    {
      name: "ts_play_drift_findings",
      help: "Tasks that are not as the playbook says.",
      samples: (["new", "known"] as const).map(
        (status) => [{ ...labels, status }, drift.findings.filter((one) => one.status === status).length] as const,
      ),
    },
    one(
      "ts_play_drift_closed",
      "Tasks that drifted at the check before and are in sync now.",
      labels,
      drift.closed.length,
    ),
    one("ts_play_drift_hosts_unread", "Hosts that could not be read to the end.", labels, drift.unread.length),
    {
      name: "ts_play_drift_oldest_timestamp_seconds",
      help: "Since when the oldest drift that is still there is known.",
      samples: oldest === undefined ? [] : [[labels, oldest]],
    },
  ];
}

const one = (name: string, help: string, labels: Readonly<Record<string, string>>, value: number): Metric => ({
  name,
  help,
  samples: [[labels, value]],
});

function textOf({ name, help, samples }: Metric): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${name}{${pairs.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

const escapeLabel = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
