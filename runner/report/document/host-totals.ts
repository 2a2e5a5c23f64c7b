import type { HostDocument, RunDocument } from "./run-document.ts";

/** Hosts by how the run ended there. */
export function hostTotals(hosts: readonly HostDocument[]): RunDocument["totals"]["hosts"] {
  const sum = { inSync: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };
  for (const { state, counts } of hosts)
    sum[state === "done" ? (counts.changed > 0 ? "changed" : "inSync") : state] += 1;
  return sum;
}
