import type { DriftCheck } from "../document/drift-document.ts";
import type { RunDocument } from "../document/run-document.ts";
import { type Found, findingKey, findingsOf, isUnread } from "./findings.ts";

export type ClosedHow = "fixed" | "not wanted" | "repaired";

/** What one check, or one repair, added to the history: a line of its file. Nothing that stays as it was is written again. */
export interface HistoryEntry {
  readonly v: 1;
  readonly kind: "check" | "repair";
  readonly run: string;
  readonly at: string;
  readonly exitCode: number;
  readonly hosts: {
    readonly inSync: number;
    readonly drifted: number;
    readonly failed: number;
    readonly unknown: number;
  };
  readonly findings: number;
  readonly opened: readonly Found[];
  readonly closed: readonly { readonly host: string; readonly task: string; readonly how: ClosedHow }[];
}

export interface OpenFinding extends Found {
  readonly since: string;
}

/** What is known after the checks so far. */
export interface History {
  readonly open: ReadonlyMap<string, OpenFinding>;
  readonly checks: readonly DriftCheck[];
}

/** What the lines of a history say together; a finding that was opened twice counts from the first time. */
export function foldHistory(entries: readonly HistoryEntry[]): History {
  const open = new Map<string, OpenFinding>();
  for (const { at, opened, closed } of entries) {
    for (const one of closed) open.delete(findingKey(one));
    for (const one of opened) if (!open.has(findingKey(one))) open.set(findingKey(one), { ...one, since: at });
  }
  return { open, checks: entries.filter(({ kind }) => kind === "check").map(checkOf) };
}

/** What a check looked at: with `whole`, all tasks of its hosts; with `everyHost`, all hosts of the inventory as well. */
export interface Scope {
  readonly whole: boolean;
  readonly everyHost: boolean;
}

/** The line that a check adds. */
export function checkEntry(document: RunDocument, exitCode: number, { open }: History, scope: Scope): HistoryEntry {
  const found = findingsOf(document);
  const now = new Set(found.map(findingKey));
  const drifted = new Set(found.filter((one) => !isUnread(one)).map(({ host }) => host));
  const { hosts, run } = document;
  const read = hosts.filter(({ state }) => state === "done");
  return {
    v: 1,
    kind: "check",
    run: run.id,
    at: run.startedAt,
    exitCode,
    hosts: {
      inSync: read.filter(({ name }) => !drifted.has(name)).length,
      drifted: read.filter(({ name }) => drifted.has(name)).length,
      failed: hosts.filter(({ state }) => state === "failed").length,
      unknown: hosts.filter(({ state }) => state !== "done" && state !== "failed").length,
    },
    findings: found.filter((one) => !isUnread(one)).length,
    opened: found.filter((one) => !open.has(findingKey(one))),
    closed: [...open.values()]
      .filter((one) => !now.has(findingKey(one)))
      .flatMap((one) => closing(one, document, scope)),
  };
}

/** The line that a repair adds: what the run that it was brought to its wanted state, and that was proved. */
export function repairEntry(document: RunDocument, { open }: History): HistoryEntry {
  const closed = [...open.values()].filter(({ host, task }) => isRight(statesOf(document, host, task)));
  return {
    v: 1,
    kind: "repair",
    run: document.run.id,
    at: document.run.startedAt,
    exitCode: document.run.exitCode ?? -1,
    hosts: { inSync: 0, drifted: 0, failed: 0, unknown: 0 },
    findings: 0,
    opened: [],
    closed: closed.map(({ host, task }) => ({ host, task, how: "repaired" })),
  };
}

const isRight = (states: readonly string[]): boolean =>
  states.length > 0 && states.every((state) => state === "ok" || state === "changed");

/** Whether an earlier finding is over; what was not looked at stays as it is. */
function closing(
  { host, task }: OpenFinding,
  document: RunDocument,
  { whole, everyHost }: Scope,
): HistoryEntry["closed"] {
  const found = document.hosts.find(({ name }) => name === host);
  if (found === undefined) return everyHost && whole ? [{ host, task, how: "not wanted" }] : [];
  if (isUnread({ task })) return found.state === "done" ? [{ host, task, how: "fixed" }] : [];
  const states = statesOf(document, host, task);
  if (states.length === 0) return whole && found.state === "done" ? [{ host, task, how: "not wanted" }] : [];
  return states.every((state) => state === "ok") ? [{ host, task, how: "fixed" }] : [];
}

/** The states of a task in all plays that have it. */
const statesOf = ({ hosts }: RunDocument, host: string, task: string): readonly string[] =>
  (hosts.find(({ name }) => name === host)?.tasks ?? []).filter((one) => one.task === task).map(({ state }) => state);

export const checkOf = ({ run, at, exitCode, hosts, findings, opened, closed }: HistoryEntry): DriftCheck => ({
  run,
  at,
  exitCode,
  ...hosts,
  findings,
  opened: opened.filter((one) => !isUnread(one)).length,
  closed: closed.filter((one) => !isUnread(one)).length,
});
