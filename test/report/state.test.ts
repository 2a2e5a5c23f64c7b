import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../runner/report/event.ts";
import { advance, emptyState, type RunState, totals } from "../../runner/report/state.ts";
import { cpuTimer } from "../cpu-time.ts";
import { hostEnd, hostStart, noCounts, playEnd, playStart, runEnd, runStart, taskEnd, taskStart } from "./events.ts";
import { firstRun, fleetRun, troubledRun } from "./scenarios.ts";

const stateAfter = (events: readonly RunEvent[]): RunState => {
  const state = emptyState();
  for (const event of events) advance(state, event);
  return state;
};

const countsOf = (state: RunState, host: string) => ({ ...noCounts, ...state.hosts.get(host)?.counts });

describe("the counts of a run", () => {
  test("add up to the planned tasks of every host", () => {
    const state = stateAfter(fleetRun(50, 20));
    for (const { counts } of state.hosts.values())
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(20);
    expect(totals(state)).toEqual({ ...noCounts, ok: 995, changed: 5 });
  });

  test("of a play are under its name though plays before it have no hosts in this run", () => {
    const state = stateAfter([
      runStart(["a"], { plays: [{ play: 2, title: "Third", hosts: ["a"] }] }),
      playStart(["a"], { play: 2, title: "Third" }),
      hostStart("a", 1, 1, 2),
      taskEnd("a", "x/y 1", "ok", { play: 2 }),
      hostEnd("a", 20, "done", { ok: 1 }, { play: 2 }),
      playEnd(21, 2),
    ]);
    expect(state.plays.map(({ title, size, done, endedAt }) => [title, size, done, endedAt])).toEqual([
      ["Third", 1, 1, 21],
    ]);
  });

  test("follow single tasks while the host is at work", () => {
    const state = stateAfter([
      runStart(["a"]),
      playStart(["a"]),
      hostStart("a", 1, 3),
      taskEnd("a", "x/y 1", "ok"),
      taskEnd("a", "x/y 2", "changed"),
    ]);
    expect(countsOf(state, "a")).toEqual({ ...noCounts, ok: 1, changed: 1 });
  });

  test("are those of the engine once the host has ended", () => {
    const events = [hostStart("a", 1, 3), taskEnd("a", "x/y 1", "ok"), hostEnd("a", 20, "done", { ok: 2, changed: 1 })];
    expect(countsOf(stateAfter([runStart(["a"]), ...events]), "a")).toEqual({ ...noCounts, ok: 2, changed: 1 });
  });

  test.each([
    ["failed", "skipped"],
    ["unreachable", "unreachable"],
    ["unknown", "skipped"],
  ] as const)("of a host that ended %s count tasks without an end as %s", (state, left) => {
    const events = [hostStart("a", 1, 5), hostEnd("a", 20, state, { ok: 2 })];
    expect(countsOf(stateAfter([runStart(["a"]), ...events]), "a")).toEqual({ ...noCounts, ok: 2, [left]: 3 });
  });

  test("call a task that was under way when the run was interrupted unknown, never ok", () => {
    const state = stateAfter([
      runStart(["a"]),
      hostStart("a", 1, 4),
      taskEnd("a", "x/y 1", "ok"),
      taskStart("a", 20, ["x/y 2"]),
      runEnd(30, 130),
    ]);
    expect(countsOf(state, "a")).toEqual({ ...noCounts, ok: 1, unknown: 1, skipped: 2 });
    expect(state.hosts.get("a")?.state).toBe("unknown");
  });

  test("sum over plays", () => {
    expect(countsOf(stateAfter(firstRun), "lb3")).toEqual({ ...noCounts, ok: 1, changed: 3 });
  });
});

describe("the state of a run", () => {
  test("keeps the worst state of a host", () => {
    const ends = [hostEnd("a", 10, "failed", { failed: 1 }), hostEnd("a", 20, "skipped", {}, { play: 1 })];
    expect(stateAfter(ends).hosts.get("a")?.state).toBe("failed");
  });

  test("knows per play how many hosts are done, changed and failed", () => {
    const [play] = stateAfter(troubledRun).plays;
    expect([play?.done, play?.changed.size, play?.failed.size]).toEqual([3, 1, 3]);
  });

  test("keeps the five slowest tasks, slowest first", () => {
    const events = Array.from({ length: 100 }, (_, at) =>
      taskEnd("a", `x/y ${at}`, "ok", { durationMs: (at * 37) % 100 }),
    );
    expect(stateAfter(events).slowest.map(({ durationMs }) => durationMs)).toEqual([99, 98, 97, 96, 95]);
  });

  test("has no running hosts after a play and a run have ended", () => {
    const state = stateAfter([...troubledRun, playEnd(20_000)]);
    expect([...state.hosts.values()].filter(({ busySince }) => busySince !== undefined)).toEqual([]);
  });

  test("takes 100,000 events of 500 hosts in less than a second", () => {
    const events = fleetRun(500, 100);
    const taken = cpuTimer();
    stateAfter(events);
    expect(taken()).toBeLessThan(1000);
  });
});
