import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finishedPlays } from "../../runner/cli/past-runs.ts";
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

test("a plan is its owner's alone, also in the place of a file that was open to all", async () => {
  const file = join(folder, "plan.json");
  writeFileSync(file, "{}");
  chmodSync(file, 0o644);
  await savePlan(file, { playbook: "p", playbookHash: "h", inventoryHash: "i", flags: {}, withheld: [], tasks: [] });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
