import { expect, test, vi } from "vitest";
import type { RunEvent } from "../../runner/report/event.ts";
import { makePaint } from "../../runner/report/paint.ts";
import { ProblemsReport } from "../../runner/report/problems.ts";
import { Screen } from "./screen.ts";

const hosts = ["lb1", "lb2", "lb3"];
const counts = { ok: 1, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };
const start: RunEvent = {
  ...{ type: "run-start", at: 0, run: "r", startedAt: "2026-02-14T09:30:00Z", playbook: "site.ts" },
  ...{ inventory: [], mode: "check", plays: [{ play: 0, title: "Load balancers", hosts }], version: "1", command: [] },
};
const looking: readonly RunEvent[] = [
  { type: "play-start", at: 1, play: 0, title: "Load balancers", hosts },
  ...hosts.map((host): RunEvent => ({ type: "host-start", at: 2, play: 0, host })),
  { type: "host-end", at: 3, play: 0, host: "lb1", state: "done", counts, durationMs: 1, roundTrips: 1 },
  ...[
    { type: "host-end", at: 4, play: 0, host: "lb2", state: "unreachable", counts, durationMs: 1, roundTrips: 1 },
  ].map((event) => ({ ...event, failure: { message: "no way" } }) as RunEvent),
];
const ending: readonly RunEvent[] = [
  { type: "host-end", at: 5, play: 0, host: "lb3", state: "done", counts, durationMs: 1, roundTrips: 1 },
  { type: "play-end", at: 6, play: 0 },
  { type: "run-end", at: 6, exitCode: 4, durationMs: 6 },
];

async function shown(live: boolean): Promise<{ readonly during: string; readonly after: string }> {
  vi.useFakeTimers();
  const screen = new Screen(60, 10);
  const sink = { write: (text: string) => screen.write(text), isTty: live, columns: 60, rows: 10 };
  const heading = (some: number) => `looking for drift on ${some} hosts`;
  const report = new ProblemsReport({ mode: "check", sink, paint: makePaint(false), heading, live });
  try {
    for (const event of [start, ...looking]) report.handle(event);
    await vi.advanceTimersByTimeAsync(1000);
    const during = screen.text;
    for (const event of ending) report.handle(event);
    await report.close();
    return { during, after: screen.text };
  } finally {
    vi.useRealTimers();
  }
}

const left = "looking for drift on 3 hosts\nUNREACHABLE  lb2: no way";

test("a terminal shows how far it has come, and in the end only what went wrong", async () => {
  const { during, after } = await shown(true);
  expect(during).toMatch(
    /^looking for drift on 3 hosts\nUNREACHABLE +lb2: no way\nLoad balancers {2}2\/3 hosts .*\n {4}lb3 /,
  );
  expect(after).toBe(left);
});

test("elsewhere nothing moves", async () => {
  const { during, after } = await shown(false);
  expect([during, after]).toEqual([left, left]);
});
