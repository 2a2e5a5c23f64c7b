import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepalived } from "../../roles/keepalived/role.ts";
import { fileOf } from "./plans.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the check of an instance with these programs in place of the host's; what curl was asked for each time. */
async function asked(programs: Readonly<Record<"curl" | "sleep", string>>): Promise<readonly string[]> {
  const members = ["lb1", "lb2"].map((name, at) => ({ name, address: `192.0.2.1${at + 1}`, priority: 100 - at }));
  const role = keepalived({ members, instances: [{ addresses: ["192.0.2.9"], check: { kind: "http", port: 80 } }] });
  const { content } = fileOf(role, "/usr/local/libexec/ts-play/virtual_ip-check");
  await writeFile(join(folder, "log"), "");
  for (const [name, text] of Object.entries(programs))
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  execFileSync("/bin/sh", ["-c", String(content)], {
    env: { PATH: `${folder}:/usr/bin:/bin`, LOG: join(folder, "log") },
  });
  return (await readFile(join(folder, "log"), "utf8")).split("\n").filter(Boolean);
}

test("a host that is too busy to wake it in time does not have it ask without a limit", async () => {
  const calls = await asked({ curl: 'echo "$@" >>"$LOG"', sleep: "/bin/sleep 2" });
  expect(calls).toEqual([expect.stringContaining("--max-time 0.60")]);
});
