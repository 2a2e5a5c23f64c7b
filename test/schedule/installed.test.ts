import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { installUnits } from "../../runner/cli/schedule/install-units.ts";
import { scheduleRemove } from "../../runner/cli/schedule/schedule-list.ts";
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
  expect(told()).toEqual(["daemon-reload", `enable ${timers}`, "daemon-reload", `start ${timers}`]);
});
