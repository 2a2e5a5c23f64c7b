import { hostTotals } from "./host-totals.ts";
import type { HostDocument, RunDocument, TaskDocument } from "./run-document.ts";

const RUNS_ALWAYS = "runs each time, so this is no drift";

/** In a drift check, what would change without being drift, such as a command that runs each time, is as it should be. */
export function settledDrift(document: RunDocument): RunDocument {
  const { drift } = document;
  if (drift === undefined) return document;
  const found = new Set(drift.findings.map(({ host, task }) => `${host} ${task}`));
  const hosts = document.hosts.map((host) => settledHost(host, found));
  const moved = hosts.reduce((sum, { counts }, at) => sum + counts.ok - (document.hosts[at]?.counts.ok ?? 0), 0);
  const { tasks } = document.totals;
  const totals = {
    tasks: { ...tasks, ok: tasks.ok + moved, changed: tasks.changed - moved },
    hosts: hostTotals(hosts),
  };
  return { ...document, hosts, totals };
}

function settledHost(host: HostDocument, found: ReadonlySet<string>): HostDocument {
  const isSettled = ({ state, task }: TaskDocument) => state === "changed" && !found.has(`${host.name} ${task}`);
  const settled = host.tasks.filter(isSettled).length;
  if (settled === 0) return host;
  const { counts } = host;
  return {
    ...host,
    counts: { ...counts, ok: counts.ok + settled, changed: counts.changed - settled },
    tasks: host.tasks.map((task) => (isSettled(task) ? { ...task, state: "ok", reason: RUNS_ALWAYS } : task)),
  };
}
