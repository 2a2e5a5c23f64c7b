import { formatDuration } from "../duration.ts";
import { count } from "../words.ts";
import type { DriftDocument } from "./drift-document.ts";
import type { RunDocument } from "./run-document.ts";

export type Tone = "good" | "changed" | "bad";

/** One sentence that is true of the whole run, and how good that is. */
export interface Verdict {
  readonly tone: Tone;
  readonly text: string;
}

/** Says first what went wrong; what was not looked at is never passed over. */
export function verdictOf(document: RunDocument): Verdict {
  const { run, totals } = document;
  const took = formatDuration(run.durationMs);
  const trouble = troubleText(document);
  if (run.exitCode === null)
    return { tone: "bad", text: `The run was killed after ${took}: what it did last is unknown` };
  if (run.mode === "drill") return drillVerdict(document, took);
  if (document.drift !== undefined) return driftVerdict(document, document.drift);
  if (trouble !== "") return { tone: "bad", text: `${trouble}, after ${took}` };
  if (run.exitCode !== 0 && run.exitCode !== 2) return { tone: "bad", text: `The run ended early, after ${took}` };
  if (run.mode === "exec")
    return { tone: "good", text: `Ended with exit code 0 on ${count(document.hosts.length, "host")}, in ${took}` };
  const { changed, ok } = totals.tasks;
  if (changed === 0)
    return { tone: "good", text: `Nothing to change: ${tasksOnHosts(ok, document.hosts.length)} in ${took}` };
  const would = run.mode === "check" ? "would change" : "changed";
  const tone = run.mode === "check" ? "changed" : "good";
  return { tone, text: `${count(changed, "task")} ${would}, ${ok} already right, in ${took}` };
}

function drillVerdict({ drills, run }: RunDocument, took: string): Verdict {
  const bad = drills.filter(({ verdict }) => verdict !== "passed").length;
  if (bad > 0) return { tone: "bad", text: `${bad} of ${count(drills.length, "drill")} did not pass, after ${took}` };
  if (run.exitCode !== 0) return { tone: "bad", text: `The run ended early, after ${took}` };
  return { tone: "good", text: `${count(drills.length, "drill")} passed, in ${took}` };
}

function driftVerdict({ hosts, totals }: RunDocument, { findings, unread, closed }: DriftDocument): Verdict {
  const drifted = new Set(findings.map(({ host }) => host)).size;
  const fresh = findings.filter(({ status }) => status === "new").length;
  const parts = [
    drifted > 0
      ? `${drifted} of ${count(hosts.length, "host")} drifted: ${count(findings.length, "task")}, ${fresh} new`
      : "",
    unread.length > 0 ? `${count(unread.length, "host")} could not be read` : "",
    closed.length > 0 ? `${closed.length} fixed since the check before` : "",
  ].filter(Boolean);
  if (drifted === 0 && unread.length === 0)
    return {
      tone: "good",
      text: [`In sync: ${tasksOnHosts(totals.tasks.ok, hosts.length)}`, ...parts].join("; "),
    };
  return { tone: unread.length > 0 ? "bad" : "changed", text: parts.join("; ") };
}

/** `1 host failed, 2 unreachable`; "" when all went well. */
function troubleText({ totals: { hosts } }: RunDocument): string {
  const bad = (["failed", "unreachable", "unknown"] as const).filter((state) => hosts[state] > 0);
  return bad.map((state, at) => `${at === 0 ? count(hosts[state], "host") : hosts[state]} ${state}`).join(", ");
}

const tasksOnHosts = (tasks: number, hosts: number): string => `${count(tasks, "task")} on ${count(hosts, "host")}`;
