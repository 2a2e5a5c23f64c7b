import { documentOf } from "../../runner/report/document/document-of.ts";
import type { DriftDocument } from "../../runner/report/document/drift-document.ts";
import type { RunEvent } from "../../runner/report/event.ts";
import { drillOf, drillsRun, killedDrill } from "./drill-events.ts";
import { change, hostEnd, hostStart, playEnd, playStart, runEnd, runStart, taskEnd } from "./events.ts";
import { firstRun, fleetRun, secondRun, troubledRun } from "./scenarios.ts";

/** What hosts may print, and what formats must survive. */
export const NASTY = `<b>&"'|\`]]> </script><img src=x onerror=alert(1)> \\ {} % :: , é 漢 \u{1f600} \ud800 \u0000\u001b[31m\u2028\u202e @all *x* [a](b)\nsecond`;

/** Everything that can hold text holds `NASTY`. */
export const nastyRun: readonly RunEvent[] = [
  runStart(["h1", "h2"], { playbook: NASTY, inventory: [NASTY], command: [NASTY] }),
  playStart(["h1", "h2"], { title: NASTY }),
  hostStart("h1", 2, 3),
  taskEnd("h1", `x/file ${NASTY}`, "changed", {
    changes: [change(NASTY, NASTY, NASTY, NASTY)],
    steps: [NASTY],
    reason: NASTY,
  }),
  taskEnd("h1", `x/line ${NASTY}`, "failed", {
    failure: { message: NASTY, fix: NASTY, command: NASTY, exitCode: 2, output: NASTY, stack: NASTY },
  }),
  taskEnd("h1", `x/skip ${NASTY}`, "skipped", { reason: NASTY }),
  hostEnd("h1", 20, "failed", { changed: 1, failed: 1, skipped: 1 }),
  hostEnd("h2", 20, "unreachable", {}, { failure: { message: NASTY, fix: NASTY } }),
  { type: "note", at: 5, level: "warning", host: "h1", message: NASTY },
  playEnd(21),
  runEnd(22, 4),
];

export const driftFound: DriftDocument = {
  saved: true,
  findings: [
    {
      host: "a",
      task: "x/file /f",
      role: "x",
      status: "known",
      since: "2026-07-20T03:15:00.000Z",
      what: "mode: 0666 -> 0640",
    },
    {
      host: "a",
      task: "x/service s",
      role: "x",
      status: "new",
      since: "2026-07-29T10:15:02.000Z",
      what: "restart",
      follows: "reacts to file /f",
    },
  ],
  closed: [{ host: "b", task: "x/file /g", since: "2026-07-21T03:15:00.000Z", how: "fixed" }],
  unread: [{ host: "c", since: "2026-07-28T03:15:00.000Z", cause: "no answer" }],
  notLookedAt: 1,
  checks: [
    {
      run: "r1",
      at: "2026-07-20T03:15:00.000Z",
      exitCode: 2,
      inSync: 2,
      drifted: 1,
      failed: 0,
      unknown: 0,
      findings: 1,
      opened: 1,
      closed: 0,
    },
    {
      run: "r2",
      at: "2026-07-29T10:15:02.000Z",
      exitCode: 4,
      inSync: 1,
      drifted: 1,
      failed: 0,
      unknown: 1,
      findings: 2,
      opened: 1,
      closed: 1,
    },
  ],
};

/** A drift check of three hosts: one differs, one is in sync but for a command that runs each time, one is not reached. */
export const driftRun: readonly RunEvent[] = [
  runStart(["a", "b", "c"], { mode: "check", command: ["drift", "site.ts", "-i", "hosts.yaml"] }),
  playStart(["a", "b", "c"]),
  ...["a", "b", "c"].map((host) => hostStart(host, 2)),
  taskEnd("a", "x/file /f", "changed", { changes: [change("mode", "0666", "0640")], steps: ["chmod 0640 /f"] }),
  taskEnd("a", "x/service s", "changed", { reason: "reacts to file /f", steps: ["systemctl restart s"] }),
  hostEnd("a", 30, "done", { changed: 2 }),
  taskEnd("b", "x/file /f", "ok"),
  taskEnd("b", "x/command date", "changed", { changes: [change("always", "(absent)", "for the log")] }),
  hostEnd("b", 31, "done", { ok: 1, changed: 1 }),
  hostEnd("c", 32, "unreachable", {}, { failure: { message: "no answer" } }),
  playEnd(33),
  { type: "drift", at: 33, drift: driftFound },
  runEnd(34, 4),
];

/** Runs that end in every way, by name; `killed` is cut off in the middle. */
export const runs: Readonly<Record<string, readonly RunEvent[]>> = {
  first: firstRun,
  second: secondRun,
  troubled: troubledRun,
  killed: troubledRun.slice(0, 7),
  nasty: nastyRun,
  drift: driftRun,
  "of no host": [runStart([], { plays: [] }), runEnd(1, 1)],
  fleet: fleetRun(20, 10),
  drills: drillsRun,
  "of a drill that was killed": killedDrill,
  "nasty drill": drillOf(NASTY),
};

export const documents = Object.entries(runs).map(([name, events]) => ({ name, document: documentOf(events) }));

export const documentNamed = (name: string) => documentOf(runs[name] ?? []);
