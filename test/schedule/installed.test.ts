import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { replaceFile } from "../../runner/cli/replace-file.ts";
import { installUnits } from "../../runner/cli/schedule/install-units.ts";
import { scheduleRemove } from "../../runner/cli/schedule/schedule-list.ts";
import { scheduleRecord, troubleOf } from "../../runner/cli/schedule/schedule-outcome.ts";
import { installedSchedules } from "../../runner/cli/schedule/schedule-store.ts";
import * as systemd from "../../runner/cli/schedule/systemd.ts";
import { InputError } from "../../runner/errors.ts";
import { aSchedule, program } from "./a-schedule.ts";

/** systemd of another machine: its folders, and what it was told. */
vi.mock("../../runner/cli/schedule/systemd.ts", async () => {
  const os = await import("node:os");
  const folder = `${os.tmpdir()}/ts-play-installed-${process.pid}`;
  return {
    unitFolder: `${folder}/units`,
    scheduleFolder: `${folder}/schedules`,
    systemctl: vi.fn(() => Promise.resolve("")),
    systemdAnalyze: vi.fn((verb: string) =>
      Promise.resolve(verb === "calendar" ? "Next elapse: Thu 2026-11-26 03:15:00 UTC\n" : ""),
    ),
  };
});

vi.mock("../../runner/cli/replace-file.ts", async (original) => {
  const whole = await original<typeof import("../../runner/cli/replace-file.ts")>();
  return { ...whole, replaceFile: vi.fn(whole.replaceFile) };
});

const metrics = mkdtempSync(join(tmpdir(), "ts-play-metrics-"));
const folder = join(systemd.unitFolder, "..");
const systemctl = vi.mocked(systemd.systemctl);
const told = () =>
  (systemctl.mock.calls as unknown as string[][]).map((words) =>
    words.filter((word) => !word.startsWith("--")).join(" "),
  );
const timers = "ts-play-nightly.timer ts-play-nightly-watch.timer";

beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  systemctl.mockClear();
});
afterAll(() => {
  vi.restoreAllMocks();
  for (const made of [folder, metrics]) rmSync(made, { recursive: true });
});

test("its metrics lie where they were asked for last, and go with it", async () => {
  await installUnits(aSchedule(), program, join(metrics, "old.prom"));
  await installUnits(aSchedule(), program, join(metrics, "new.prom"));
  expect(readdirSync(metrics)).toEqual(["new.prom"]);
  await scheduleRemove("nightly");
  expect(readdirSync(metrics)).toEqual([]);
});

test("a run that ends while it is removed leaves nothing of it", async () => {
  await installUnits(aSchedule(), program, join(metrics, "new.prom"));
  const write = vi.mocked(replaceFile).getMockImplementation()!;
  vi.mocked(replaceFile).mockImplementationOnce(async (...file) => {
    await scheduleRemove("nightly");
    return write(...file);
  });
  await scheduleRecord("nightly");
  expect([readdirSync(systemd.scheduleFolder), readdirSync(metrics)]).toEqual([[], []]);
});

test("it can be removed when its units are gone already", async () => {
  await installUnits(aSchedule(), program);
  rmSync(systemd.unitFolder, { recursive: true });
  systemctl.mockClear();
  await scheduleRemove("nightly");
  expect(told()).toEqual(["daemon-reload"]);
  expect(readdirSync(systemd.scheduleFolder)).toEqual([]);
});

const refuse = (verb: string) =>
  systemctl.mockImplementation((first) =>
    first === verb ? Promise.reject(new InputError({ code: "SCH005", message: "refused" })) : Promise.resolve(""),
  );

test("of one that systemd does not start nothing is left, also not for systemd", async () => {
  refuse("restart");
  await expect(installUnits(aSchedule(), program)).rejects.toThrow("SCH005: refused");
  expect(readdirSync(systemd.unitFolder)).toEqual([]);
  expect(await installedSchedules()).toEqual([]);
  expect(told()).toEqual([
    "daemon-reload",
    `enable ${timers}`,
    `restart ${timers}`,
    `disable ${timers}`,
    "daemon-reload",
  ]);
});

test("a change that systemd refuses leaves the old timers to go on", async () => {
  systemctl.mockResolvedValue("");
  await installUnits(aSchedule(), program);
  systemctl.mockClear();
  refuse("enable");
  await expect(installUnits(aSchedule({ delaySeconds: 1 }), program)).rejects.toThrow("SCH005: refused");
  expect(readdirSync(systemd.unitFolder)).toHaveLength(5);
  expect(await installedSchedules()).toMatchObject([{ delaySeconds: 900 }]);
  expect(told()).toEqual(["daemon-reload", `enable ${timers}`, "daemon-reload", `start ${timers}`]);
});

describe("an interruption", () => {
  /** Comes while systemd is asked for this, and nothing happens after it. */
  const interrupted = (verb: string, work: Promise<unknown>) => {
    const moment = vi.waitFor(() => expect(told().some((words) => words.startsWith(verb))).toBe(true), 20_000);
    void work;
    return moment;
  };
  const hangAt = (verb: string) =>
    systemctl.mockImplementation((first) =>
      first === verb ? new Promise<string>(() => undefined) : Promise.resolve(first === "show" ? "active\n" : ""),
    );
  const stateOf = async () => {
    const [schedule] = await installedSchedules();
    return schedule && troubleOf(schedule);
  };

  test("of an installation leaves one that says so, and that can be removed", async () => {
    hangAt("enable");
    await interrupted("enable", installUnits(aSchedule(), program));
    expect(await stateOf()).toBe("it was not installed to the end: install it again, or remove it");

    systemctl.mockResolvedValue("active\n");
    await scheduleRemove("nightly");
    expect([readdirSync(systemd.unitFolder), readdirSync(systemd.scheduleFolder)]).toEqual([[], []]);
  });

  test("of a change leaves no schedule that is said to be on time, and a second try makes it whole", async () => {
    systemctl.mockResolvedValue("active\n");
    await installUnits(aSchedule(), program);
    systemctl.mockClear();
    hangAt("restart");
    await interrupted("restart", installUnits(aSchedule({ delaySeconds: 1 }), program));
    expect(await stateOf()).toContain("not installed to the end");

    systemctl.mockResolvedValue("active\n");
    await installUnits(aSchedule({ delaySeconds: 1 }), program);
    expect(await stateOf()).toBeUndefined();
  });

  test("of a removal leaves what can be removed again", async () => {
    systemctl.mockResolvedValue("active\n");
    await installUnits(aSchedule(), program);
    systemctl.mockClear();
    hangAt("daemon-reload");
    await interrupted("daemon-reload", scheduleRemove("nightly"));
    expect(await installedSchedules()).toHaveLength(1);

    systemctl.mockResolvedValue("");
    await scheduleRemove("nightly");
    expect(await installedSchedules()).toEqual([]);
  });
});
