import { describe, expect, test } from "vitest";
import { lastRunOf, lateness } from "../../runner/schedule/last-run.ts";
import { scheduleMetrics } from "../../runner/schedule/schedule-metrics.ts";

const at = (hours: number): Date => new Date(Date.UTC(2026, 0, 1, hours));
const plan = { name: "nightly", installedAt: at(0).toISOString(), maxAgeSeconds: 26 * 3600 };
const exited = (status: number) => ({
  SERVICE_RESULT: [0, 2].includes(status) ? "success" : "exit-code",
  EXIT_CODE: "exited",
  EXIT_STATUS: String(status),
});

describe("how a run ended", () => {
  test.each([
    [0, true],
    [2, true],
    [1, false],
    [4, false],
    [5, false],
  ])("exit code %i counts as happened: %s", (status, happened) => {
    const last = lastRunOf(undefined, exited(status), at(3));
    expect(last).toMatchObject({ exitCode: status, endedAt: at(3).toISOString() });
    expect(last.happenedAt).toBe(happened ? at(3).toISOString() : undefined);
  });

  test("at its deadline is no success, whatever the command said when it was ended, and the one before is kept", () => {
    const before = lastRunOf(undefined, exited(0), at(3));
    const late = lastRunOf(before, { ...exited(0), SERVICE_RESULT: "timeout" }, at(27));
    expect(late).toMatchObject({ result: "timeout", happenedAt: at(3).toISOString() });
  });
});

describe("a schedule is late", () => {
  test("when it never ran since it was installed", () => {
    expect(lateness(undefined, plan, at(26))).toBeUndefined();
    expect(lateness(undefined, plan, at(27))).toBe("has never happened, and should every 26 hours; it has never run");
  });

  test("when it runs, and only fails", () => {
    const failed = lastRunOf(lastRunOf(undefined, exited(2), at(3)), exited(4), at(27));
    expect(lateness(failed, plan, at(29))).toBeUndefined();
    expect(lateness(failed, plan, at(30))).toContain("has not happened since 2026-01-01T03:00:00.000Z");
    expect(lateness(failed, plan, at(30))).toContain("exit code 4");
  });
});

test("metrics say when it happened, and how old that may be", () => {
  const text = scheduleMetrics(plan, lastRunOf(undefined, exited(2), at(3)));
  expect(text).toContain('ts_play_schedule_happened_timestamp_seconds{schedule="nightly"} 1767236400\n');
  expect(text).toContain('ts_play_schedule_max_age_seconds{schedule="nightly"} 93600\n');
  expect(text).toContain('ts_play_schedule_exit_code{schedule="nightly"} 2\n');
});
