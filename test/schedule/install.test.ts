import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { makeProgram } from "../../runner/cli/program.ts";
import type { InstallFlags } from "../../runner/cli/schedule/schedule-flags.ts";
import { scheduleInstall } from "../../runner/cli/schedule/schedule-install.ts";

const folder = mkdtempSync(join(tmpdir(), "ts-play-install-"));
afterAll(() => rmSync(folder, { recursive: true }));

const install = (command: readonly string[], flags: InstallFlags) =>
  scheduleInstall("nightly", command, flags, () => makeProgram(() => undefined));

describe("what others cannot hold is refused before it is printed", () => {
  test.each(["crontab", "github-actions"] as const)("a line break in a command, for %s", async (print) => {
    const asked = install(["exec", "all", "-i", "hosts.yaml", "--", "uptime\nid"], { print });
    await expect(asked).rejects.toThrow(`SCH002: a line break stands in the command, which ${print} cannot hold`);
  });
});

test("a secret in a command for hosts is refused, and not shown", async () => {
  const asked = install(["exec", "all", "-i", "hosts.yaml", "--", "PGPASSWORD=hunter2 psql"], { print: "crontab" });
  const refused = await asked.then(String, String);
  expect(refused).toContain("SCH003: a secret seems to stand in the command");
  expect(refused).not.toContain("hunter2");
});

test("so is one that stands behind the hosts without --", async () => {
  const asked = install(["exec", "all", "-i", "hosts.yaml", "PGPASSWORD=hunter2 psql"], { print: "crontab" });
  await expect(asked).rejects.toThrow("SCH003: a secret seems to stand in the command");
});

test("flags of ts-play are no secrets, and words for hosts are no flags of ts-play", async () => {
  const printed: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  const own = ["exec", "-i", "hosts.yaml", "--private-key", "keys/id", "all", "--"];
  for (const command of [["uptime"], ["curl", "-k", "https://localhost"], ["sort", "-k", "2", "/etc/hosts"]])
    expect(await install([...own, ...command], { print: "crontab" })).toBe(0);
  vi.restoreAllMocks();
  expect(printed.join("")).toContain("--private-key keys/id all -- uptime");
});

describe("a file that is not there is told", () => {
  const missing = join(folder, "nope");
  const drift = ["drift", "site.ts", "-i", "hosts.yaml"];

  test.each([{ environmentFile: [missing] }, { credential: [`sudo=${missing}`] }])(
    "before systemd meets it: %j",
    async (flags) => {
      await expect(install(drift, flags)).rejects.toThrow(`SCH002: there is no file ${missing}`);
    },
  );

  test("when its names are to be printed", async () => {
    const asked = install(drift, { print: "github-actions", environmentFile: [missing] });
    await expect(asked).rejects.toThrow(`${missing}: error CLI008: the file with variables cannot be read: ENOENT`);
  });
});
