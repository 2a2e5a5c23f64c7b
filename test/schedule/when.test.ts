import { describe, expect, test } from "vitest";
import { elapses, maxAgeSeconds } from "../../runner/schedule/elapses.ts";
import { readWhen } from "../../runner/schedule/when.ts";

describe("a time is the same in the words of systemd and of cron", () => {
  test.each([
    ["hourly", "hourly", "0 * * * *"],
    ["daily", "daily", "0 0 * * *"],
    ["weekly", "weekly", "0 0 * * 1"],
    ["monthly", "monthly", "0 0 1 * *"],
    ["03:15", "*-*-* 03:15:00", "15 3 * * *"],
    ["3:05", "*-*-* 03:05:00", "5 3 * * *"],
    ["Mon-Fri 03:15", "Mon,Tue,Wed,Thu,Fri *-*-* 03:15:00", "15 3 * * 1,2,3,4,5"],
    ["fri..mon 23:59", "Fri,Sat,Sun,Mon *-*-* 23:59:00", "59 23 * * 5,6,0,1"],
    ["Sat,Sun 12:00", "Sat,Sun *-*-* 12:00:00", "0 12 * * 6,0"],
  ])("%s", (text, calendar, cron) => {
    expect(readWhen(text)).toEqual({ text, calendar, cron });
  });

  test("five fields are cron's alone", () => {
    expect(readWhen("*/15 2-4 * * 1,3")).toEqual({ text: "*/15 2-4 * * 1,3", cron: "*/15 2-4 * * 1,3" });
  });

  test.each(["*-*-1..7 04:00", "Moo 03:15", "24:00", "quarterly"])("what is neither is left to systemd: %s", (text) => {
    expect(readWhen(text)).toEqual({ text, calendar: text });
  });
});

describe("how old the last success may be", () => {
  const said = `  Original form: Mon..Fri 03:15
    Normalized form: Mon..Fri *-*-* 03:15:00
    Next elapse: Thu 2026-11-26 03:15:00 UTC
       From now: 5h left
       Iter. #2: Fri 2026-11-27 03:15:00 UTC
       From now: 1 day 5h left
   Iteration #3: Mon 2026-11-30 03:15:00 UTC
`;

  test("follows from the longest pause between its times", () => {
    expect(elapses(said).map((moment) => new Date(moment).toISOString())).toEqual([
      "2026-11-26T03:15:00.000Z",
      "2026-11-27T03:15:00.000Z",
      "2026-11-30T03:15:00.000Z",
    ]);
    expect(maxAgeSeconds(elapses(said), 900, 3600)).toBe(3 * 86_400 + 900 + 3600 + 3900);
  });
});
