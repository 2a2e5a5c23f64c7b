import { differenceKey } from "../document/differences.ts";
import type { DriftDocument, Finding } from "../document/drift-document.ts";
import type { HostDocument, RunDocument, TaskDocument } from "../document/run-document.ts";
import { verdictOf } from "../document/verdict.ts";
import { hostNames } from "../host-names.ts";
import type { Paint, Tone } from "../paint.ts";
import { oneLine } from "../sanitize.ts";
import { changeLines } from "../task-text.ts";
import { count } from "../words.ts";

/** What a drift check found, by host and role: hosts that differ in the same way together. Empty when the check did not end. */
export function driftText(document: RunDocument, paint: Paint): string[] {
  const { drift } = document;
  if (drift === undefined) return ["the check was interrupted, so nothing can be said of drift"];
  const { tone, text } = verdictOf(document);
  return [
    ...hostGroups(document, drift).flatMap((group) => ["", ...groupLines(group, paint)]),
    ...unreadLines(drift, paint),
    ...closedLines(drift, paint),
    "",
    paint(tone, `${text}.`),
    ...(drift.notLookedAt > 0 ? [`${count(drift.notLookedAt, "earlier finding")} not looked at this time.`] : []),
  ];
}

interface Group {
  readonly hosts: string[];
  readonly items: readonly Item[];
}

interface Item {
  readonly task: TaskDocument;
  readonly finding: Finding;
}

function hostGroups({ hosts }: RunDocument, { findings }: DriftDocument): readonly Group[] {
  const byKey = new Map(findings.map((finding) => [`${finding.host} ${finding.task}`, finding]));
  const groups = new Map<string, Group>();
  for (const host of hosts) {
    const items = itemsOf(host, byKey);
    if (items.length === 0) continue;
    const key = JSON.stringify(items.map(({ task, finding }) => [differenceKey(task), finding.status, finding.since]));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { hosts: [host.name], items });
    else known.hosts.push(host.name);
  }
  return [...groups.values()];
}

const itemsOf = ({ name, tasks }: HostDocument, findings: ReadonlyMap<string, Finding>): readonly Item[] =>
  tasks.flatMap((task) => {
    const finding = task.state === "changed" ? findings.get(`${name} ${task.task}`) : undefined;
    return finding === undefined ? [] : [{ task, finding }];
  });

function groupLines({ hosts, items }: Group, paint: Paint): string[] {
  const roles = [...new Set(items.map(({ task }) => task.role))];
  return [
    paint("heading", `${hostNames(hosts)}: ${count(items.length, "task")} drifted`),
    ...roles.flatMap((role) => [
      `  ${role}`,
      ...items.filter(({ task }) => task.role === role).flatMap((item) => itemLines(item, paint)),
    ]),
  ];
}

function itemLines({ task, finding }: Item, paint: Paint): string[] {
  const age = finding.status === "new" ? paint("changed", "new") : paint("quiet", `since ${minute(finding.since)}`);
  const follows = finding.follows === undefined ? "" : paint("quiet", ` (${oneLine(finding.follows)})`);
  const name = task.task.startsWith(`${task.role}/`) ? task.task.slice(task.role.length + 1) : task.task;
  const changes = changeLines(task, { mode: "check", verbosity: 0, diff: true }, paint).map((line) => `  ${line}`);
  return [`    ${oneLine(name)}, ${age}${follows}`, ...changes];
}

function unreadLines({ unread }: DriftDocument, paint: Paint): string[] {
  const lines = unread.map(({ host, since, cause }) =>
    told("unsure", "UNKNOWN", `${host}, since ${minute(since)}: ${oneLine(cause)}`, paint),
  );
  return lines.length === 0 ? [] : ["", ...lines];
}

function closedLines({ closed }: DriftDocument, paint: Paint): string[] {
  const lines = closed.map(({ host, task, how, since }) =>
    told("good", how, `${host}: ${oneLine(task)} (it had drifted since ${minute(since)})`, paint),
  );
  return lines.length === 0 ? [] : ["", ...lines];
}

const told = (tone: Tone, word: string, text: string, paint: Paint): string => `${paint(tone, word)} ${text}`;

const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");
