import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { documentOf } from "../../../runner/report/document/document-of.ts";
import type { RunDocument } from "../../../runner/report/document/run-document.ts";
import { driftOf } from "../../../runner/report/drift/drift-of.ts";
import { findingsOf } from "../../../runner/report/drift/findings.ts";
import { checkEntry, foldHistory, type HistoryEntry, repairEntry } from "../../../runner/report/drift/history.ts";
import { appendHistory, historyFile, readHistory } from "../../../runner/report/drift/history-file.ts";
import type { HostState, TaskEnd, TaskState } from "../../../runner/report/event.ts";
import { change, hostEnd, hostStart, playEnd, playStart, runEnd, runStart, taskEnd } from "../events.ts";

type Tasks = Readonly<Record<string, TaskState | TaskEnd>>;
const everything = { whole: true, everyHost: true };

/** A check on a day of July; hosts with their tasks by name, `undefined` for one that is not reached. */
function check(day: number, hosts: Readonly<Record<string, Tasks | undefined>>): RunDocument {
  const names = Object.keys(hosts);
  return documentOf([
    runStart(names, { mode: "check", run: `day${day}`, startedAt: at(day), command: ["drift"] }),
    playStart(names),
    ...Object.entries(hosts).flatMap(([host, tasks]) => [hostStart(host, 1), ...hostEvents(host, tasks)]),
    playEnd(50),
    runEnd(51, 0),
  ]);
}

function hostEvents(host: string, tasks: Tasks | undefined) {
  const state: HostState = tasks === undefined ? "unreachable" : "done";
  const ends = Object.entries(tasks ?? {}).map(([task, how]) =>
    typeof how === "string"
      ? taskEnd(host, task, how, { changes: how === "changed" ? [change("mode", "0666", "0640")] : [] })
      : how,
  );
  return [...ends, hostEnd(host, 40, state, {}, state === "done" ? {} : { failure: { message: "no answer" } })];
}

const at = (day: number): string => `2026-07-${String(day).padStart(2, "0")}T03:15:00.000Z`;

/** What the last of some checks says, the earlier ones being kept. */
function checked(...documents: readonly RunDocument[]) {
  const entries: HistoryEntry[] = [];
  let last: ReturnType<typeof driftOf> | undefined;
  for (const document of documents) {
    const before = foldHistory(entries);
    const entry = checkEntry(document, 0, before, everything);
    last = driftOf(document, entry, before, true);
    entries.push(entry);
  }
  return { drift: last!, history: foldHistory(entries), entries };
}

describe("since when", () => {
  test("is the first check of those in a row that found it", () => {
    const { drift } = checked(
      check(1, { a: { "x/f": "changed" } }),
      check(2, { a: { "x/f": "ok" } }),
      check(3, { a: { "x/f": "changed" } }),
      check(4, { a: { "x/f": "changed" } }),
    );
    expect(drift.findings).toMatchObject([{ status: "known", since: at(3) }]);
    expect(drift.checks.map(({ opened, closed }) => [opened, closed])).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  test("outlives a check that could not read the host: unknown is not fixed", () => {
    const { drift, history } = checked(check(1, { a: { "x/f": "changed" } }), check(2, { a: undefined }));
    expect(drift).toMatchObject({
      findings: [],
      closed: [],
      notLookedAt: 1,
      unread: [{ host: "a", since: at(2), cause: "no answer" }],
    });
    expect([...history.open.keys()]).toEqual(["a x/f", "a "]);
    const back = checked(
      check(1, { a: { "x/f": "changed" } }),
      check(2, { a: undefined }),
      check(3, { a: { "x/f": "changed" } }),
    );
    expect(back.drift).toMatchObject({ findings: [{ status: "known", since: at(1) }], unread: [], closed: [] });
  });

  test("of a host that stays away is the first check that did not reach it", () => {
    expect(checked(check(1, { a: undefined }), check(2, { a: undefined })).drift.unread).toMatchObject([
      { since: at(1) },
    ]);
  });
});

describe("a finding is over", () => {
  const open = foldHistory(checked(check(1, { a: { "x/f": "changed" }, b: { "x/f": "changed" } })).entries);
  const closed = (document: RunDocument, scope = everything) => checkEntry(document, 0, open, scope).closed;

  test("when its task is found right", () => {
    expect(closed(check(2, { a: { "x/f": "ok" }, b: { "x/f": "changed" } }))).toEqual([
      { host: "a", task: "x/f", how: "fixed" },
    ]);
  });

  test("when the playbook no longer has the task, or the inventory no longer the host", () => {
    expect(closed(check(2, { a: { "x/g": "ok" } }))).toEqual([
      { host: "a", task: "x/f", how: "not wanted" },
      { host: "b", task: "x/f", how: "not wanted" },
    ]);
  });

  test("not when the check was of other tasks or other hosts", () => {
    expect(closed(check(2, { a: { "x/g": "ok" } }), { whole: false, everyHost: false })).toEqual([]);
    expect(closed(check(2, { a: { "x/f": "skipped" } }), { whole: false, everyHost: true })).toEqual([]);
    expect(closed(check(2, { a: { "x/f": "changed" } }), { whole: true, everyHost: false })).toEqual([]);
  });

  test("when a repair brought it about, and not when the repair failed there", () => {
    const entry = repairEntry(check(2, { a: { "x/f": "changed" }, b: { "x/f": "failed" } }), open);
    expect(entry.closed).toEqual([{ host: "a", task: "x/f", how: "repaired" }]);
    expect(foldHistory([...checked(check(1, { a: { "x/f": "changed" } })).entries, entry]).checks).toHaveLength(1);
  });
});

describe("no drift", () => {
  const always = taskEnd("a", "x/command date", "changed", { changes: [change("always", "(absent)", "why")] });

  test("is a command that runs each time, nor what only reacts to it", () => {
    const reaction = taskEnd("a", "x/service s", "changed", { reason: "reacts to command date" });
    expect(findingsOf(check(1, { a: { always, reaction } }))).toEqual([]);
  });

  test("but a reaction to drift follows it, and one owed by an earlier run is drift itself", () => {
    const reaction = taskEnd("a", "x/service s", "changed", { reason: "reacts to f" });
    const owed = taskEnd("a", "x/service t", "changed", { reason: "reacts to a change of an earlier run" });
    expect(
      findingsOf(check(1, { a: { "x/f": "changed", reaction, owed } })).map(({ task, follows }) => [task, follows]),
    ).toEqual([
      ["x/f", undefined],
      ["x/service s", "reacts to f"],
      ["x/service t", undefined],
    ]);
  });
});

describe("the file of a history", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ts-play-history-"));
    file = historyFile(folder, "/srv/site.ts", ["/srv/hosts.yaml"]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const [entry] = checked(check(1, { a: { "x/f": "changed" } })).entries as [HistoryEntry];

  test("gives back what was added, and is its owner's alone", async () => {
    expect(readHistory(file)).toEqual([]);
    await appendHistory(file, entry);
    await appendHistory(file, entry);
    expect(readHistory(file)).toEqual([entry, entry]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("loses only what was cut off when its writer died", async () => {
    await appendHistory(file, entry);
    appendFileSync(file, '{"v":1,"kind":"che');
    expect(readHistory(file)).toEqual([entry]);
    await appendHistory(file, entry);
    expect(readHistory(file)).toEqual([entry, entry]);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(3);
  });

  test("that is damaged before its end is refused with the line", async () => {
    await appendHistory(file, entry);
    writeFileSync(file, `rubbish\n${readFileSync(file, "utf8")}`);
    expect(() => readHistory(file)).toThrow(`${file}:1: error JRN003`);
  });

  test("is another one for another playbook or inventory", () => {
    expect(historyFile(folder, "/srv/site.ts", ["/srv/other.yaml"])).not.toBe(file);
  });
});
