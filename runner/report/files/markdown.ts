import { type Difference, differencesOf, slowestTasks, whatChanged } from "../document/differences.ts";
import type { DriftDocument } from "../document/drift-document.ts";
import { driftRows } from "../document/drift-rows.ts";
import type { DrillDocument } from "../document/drill-document.ts";
import { type Problem, problemsOf } from "../document/problems.ts";
import type { RunDocument } from "../document/run-document.ts";
import { verdictOf } from "../document/verdict.ts";
import { formatDuration } from "../duration.ts";
import type { Mode } from "../event.ts";
import { hostNames } from "../host-names.ts";
import { oneLine, sanitize } from "../sanitize.ts";

const MOST_ROWS = 50;
const SIGNS = { good: "✅", changed: "🟡", bad: "❌" };

/** The run as Markdown for a pull request, a chat or GitHub's summary of a job; long lists are cut, and say so. */
export function markdownReport(document: RunDocument): string {
  const { tone, text } = verdictOf(document);
  const { run } = document;
  const parts = [
    `## ${SIGNS[tone]} ${plain(run.playbook)}: ${plain(text)}`,
    `${run.kind === "drift" ? "drift check" : run.mode} of ${run.inventory.map(code).join(", ")}, ${run.startedAt}, run ${code(run.id)}, exit code ${run.exitCode ?? "none"}`,
    problemsPart(problemsOf(document)),
    drillPart(document.drills),
    document.drift === undefined ? "" : driftPart(document.drift),
    // What has drifted stands in its own table.
    document.drift === undefined ? differencesPart(differencesOf(document), run.mode) : "",
    slowestPart(document),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function problemsPart(problems: readonly Problem[]): string {
  if (problems.length === 0) return "";
  const blocks = problems.slice(0, MOST_ROWS).map(({ state, task, failure, hosts }) => {
    const { message, command, exitCode, output, fix } = failure;
    const details = [
      command === undefined
        ? ""
        : `  - command: ${code(command)}${exitCode === undefined ? "" : `, exit code ${exitCode}`}`,
      output === undefined || output.trim() === "" ? "" : fenced(output),
      fix === undefined ? "" : `  - fix: ${plain(fix)}`,
    ];
    const what = task === undefined ? "" : ` ${code(task)}`;
    return [`- **${state}** ${plain(hostNames(hosts))}${what}: ${plain(message)}`, ...details]
      .filter(Boolean)
      .join("\n");
  });
  return `### What went wrong\n\n${blocks.join("\n")}${cut(problems.length)}`;
}

function drillPart(drills: readonly DrillDocument[]): string {
  const rows = drills.map(({ title, verdict, victim = "nothing", longestGapMs, lost, sent, objections }) => [
    title,
    verdict,
    victim,
    `${longestGapMs} ms`,
    `${lost} of ${sent}`,
    objections.join("; "),
  ]);
  const titles = ["drill", "verdict", "broken", "longest gap", "lost", "why"];
  return rows.length === 0 ? "" : `### Drills\n\n${table(titles, rows)}`;
}

function driftPart(drift: DriftDocument): string {
  const rows = driftRows(drift).map(({ state, hosts, task, since, what }) => [
    hostNames(hosts),
    task,
    state,
    day(since),
    what,
  ]);
  return rows.length === 0 ? "" : `### Drift\n\n${table(["hosts", "task", "", "since", "what"], rows)}`;
}

function differencesPart(differences: readonly Difference[], mode: Mode): string {
  if (differences.length === 0) return "";
  const rows = differences.map(({ task, hosts }) => [hostNames(hosts), task.task, whatChanged(task)]);
  const title = mode === "check" ? "What would change" : "What changed";
  return `### ${title}\n\n${table(["hosts", "task", "what"], rows)}`;
}

function slowestPart({ hosts }: RunDocument): string {
  const rows = slowestTasks(hosts, 5).map(({ host, task, durationMs }) => [host, task, formatDuration(durationMs)]);
  return rows.length === 0 ? "" : `### Slowest tasks\n\n${table(["host", "task", "time"], rows)}`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const shown = rows.slice(0, MOST_ROWS).map((row) => line(row.map(plain)));
  return [line(titles), line(titles.map(() => "---")), ...shown].join("\n") + cut(rows.length);
}

const cut = (total: number): string => (total > MOST_ROWS ? `\n\n... and ${total - MOST_ROWS} more` : "");

const day = (iso: string): string => iso.slice(0, 16).replace("T", " ");

/** Text of a host may hold anything: no HTML, no table cells, no links, no emphasis. */
const plain = (text: string): string => oneLine(text).replace(/[\\`*_[\]<>|#~@&]/g, escapeOne);

const escapeOne = (char: string): string => (char === "<" ? "&lt;" : char === "@" ? "@&#8203;" : `\\${char}`);

/** As code, with a fence that is longer than any in the text. */
function code(text: string): string {
  const line = oneLine(text).replaceAll("|", "\\|");
  const fence = "`".repeat(longestRun(line) + 1);
  return fence.length > 1 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

function fenced(text: string): string {
  const clean = sanitize(text).trimEnd();
  const fence = "`".repeat(Math.max(3, longestRun(clean) + 1));
  return [fence, ...clean.split("\n"), fence].map((line) => `    ${line}`).join("\n");
}

const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
