import type { DriftDocument } from "../document/drift-document.ts";
import type { RunDocument } from "../document/run-document.ts";
import { findingKey, findingsOf, isUnread } from "./findings.ts";
import { checkOf, type History, type HistoryEntry } from "./history.ts";

const MOST_CHECKS = 90;

/** What a check says of drift, with the dates that the history before it knows. */
export function driftOf(document: RunDocument, entry: HistoryEntry, before: History, saved: boolean): DriftDocument {
  const found = findingsOf(document);
  const since = (key: string) => before.open.get(key)?.since ?? entry.at;
  const now = new Set(found.map(findingKey));
  const closed = new Set(entry.closed.map(findingKey));
  const left = [...before.open].filter(([key, one]) => !now.has(key) && !closed.has(key) && !isUnread(one));
  return {
    saved,
    findings: found
      .filter((one) => !isUnread(one))
      .map((one) => ({
        ...one,
        status: before.open.has(findingKey(one)) ? "known" : "new",
        since: since(findingKey(one)),
      })),
    closed: entry.closed.flatMap(({ host, task, how }) =>
      isUnread({ task }) || how === "repaired" ? [] : [{ host, task, since: since(findingKey({ host, task })), how }],
    ),
    unread: found
      .filter(isUnread)
      .map(({ host, task, what }) => ({ host, since: since(findingKey({ host, task })), cause: what })),
    notLookedAt: left.length,
    checks: [...before.checks, checkOf(entry)].slice(-MOST_CHECKS),
  };
}
