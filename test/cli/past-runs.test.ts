import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finishedPlays, retryHosts } from "../../runner/cli/past-runs.ts";
import { savePlan } from "../../runner/cli/saved-plan.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "past-runs-"));
  mkdirSync(join(folder, ".ts-play", "runs"), { recursive: true });
  const playbookFile = join(folder, "site.ts");
  const events = [
    { type: "run-start", playbookFile, playbookHash: "p", choiceHash: "c", mode: "apply" },
    { type: "host-end", play: 0, host: "a", state: "done" },
    { type: "host-end", play: 0, host: "b", state: "failed" },
  ];
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(
    join(folder, ".ts-play", "runs", "1.ndjson"),
    events.map((event) => `${JSON.stringify(event)}\n`).join(""),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const finished = (hash: string, choice: string) => finishedPlays(join(folder, "site.ts"), hash, choice);

test("goes on only where the same playbook did the same tasks", async () => {
  expect([...(await finished("p", "c"))]).toEqual(["0 a"]);
  await expect(finished("other", "c")).rejects.toThrow(/CLI010.*the playbook has changed/);
  await expect(finished("p", "other")).rejects.toThrow(/CLI010.*the flags that choose tasks, are others now/);
});

test("what was done since, with other playbooks or with exec, does not hide the last run", async () => {
  const later = {
    type: "run-start",
    playbook: "exec uptime",
    mode: "exec",
    plays: [{ title: "uptime", hosts: ["a"] }],
  };
  const file = join(folder, ".ts-play", "runs", "2.ndjson");
  writeFileSync(file, `${JSON.stringify(later)}\n`);
  utimesSync(file, new Date(), new Date(Date.now() + 60_000));
  expect([...(await finished("p", "c"))]).toEqual(["0 a"]);
  expect(await retryHosts(join(folder, "site.ts"))).toEqual(["b"]);
  await expect(retryHosts(join(folder, "other.ts"))).rejects.toThrow(/CLI010.*no run of this playbook/);
});

test("a plan is its owner's alone, also in the place of a file that was open to all", async () => {
  const file = join(folder, "plan.json");
  writeFileSync(file, "{}");
  chmodSync(file, 0o644);
  await savePlan(file, { playbook: "p", playbookHash: "h", inventoryHash: "i", flags: {}, withheld: [], tasks: [] });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
