import { execFileSync, spawnSync } from "node:child_process";
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

/** The check of an instance before port 80. */
function scriptOf(kind: "http" | "ipvs"): string {
  const members = ["lb1", "lb2"].map((name, at) => ({ name, address: `192.0.2.1${at + 1}`, priority: 100 - at }));
  const role = keepalived({ members, instances: [{ addresses: ["192.0.2.9"], check: { kind, port: 80 } }] });
  return String(fileOf(role, "/usr/local/libexec/ts-play/virtual_ip-check").content);
}

/** Runs the check of an instance with these programs in place of the host's; what curl was asked for each time. */
async function asked(programs: Readonly<Record<"curl" | "sleep", string>>): Promise<readonly string[]> {
  await writeFile(join(folder, "log"), "");
  for (const [name, text] of Object.entries(programs))
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  execFileSync("/bin/sh", ["-c", scriptOf("http")], {
    env: { PATH: `${folder}:/usr/bin:/bin`, LOG: join(folder, "log") },
  });
  return (await readFile(join(folder, "log"), "utf8")).split("\n").filter(Boolean);
}

test("a host that is too busy to wake it in time does not have it ask without a limit", async () => {
  const calls = await asked({ curl: 'echo "$@" >>"$LOG"', sleep: "/bin/sleep 2" });
  expect(calls).toEqual([expect.stringContaining("--max-time 0.60")]);
});

/** As Linux 6.1 prints it. */
const table = (...lines: readonly string[]): string =>
  [
    "IP Virtual Server version 1.2.1 (size=4096)",
    "Prot LocalAddress:Port Scheduler Flags",
    "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn",
    ...lines,
    "",
  ].join("\n");

const web = "TCP  0A572EC8:0050 wlc  ";
const server = (weight: number) => `  -> 0A572E0D:0050      Route   ${weight}      0          0         `;

test.each([
  ["a server", table(web, server(1)), 0],
  ["a server beside one that gets nothing", table(web, server(0), server(2)), 0],
  ["no server", table(web), 1],
  ["servers that get nothing", table(web, server(0)), 1],
  [
    "servers of another port",
    table(web, "TCP  0A572EC8:192B wlc", "  -> 0A572E0D:192B      Route   1      0          0"),
    1,
  ],
  ["servers of another protocol", table(web, "UDP  0A572EC8:0050 wlc", server(1)), 1],
  ["no service", table(), 1],
  ["no table", undefined, 1],
])("a director with %s", async (_, text, code) => {
  const file = join(folder, "ip_vs");
  await (text === undefined ? rm(file) : writeFile(file, text));
  // With good answers it would go on asking for seconds; two bad ones end it.
  const hundredths = code === 0 ? 30 : 1000;
  const script = scriptOf("ipvs")
    .replace("/proc/net/ip_vs", file)
    .replace(/^end=.*$/m, `end=$((now + ${hundredths}))`);
  const { status, stderr } = spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" });
  expect([status, stderr]).toEqual([code, ""]);
});
