import { randomFillSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labInventory, labPassword, runOnHost } from "../../runner/lab/lab.ts";
import { tsPlay } from "../fault/ts-play.ts";
import { useLab } from "./lab-fixture.ts";
import { projectFolder } from "./operations/project-folder.ts";
import { sha256 } from "./operations/served-files.ts";
import { told } from "./operations/subject.ts";

/** Who logs in where; `admin` may use sudo without a password, `operator` with one. */
const LOGINS = { "by-root": "root", "by-admin": "admin", "by-operator": "operator" } as const;
const hosts = Object.keys(LOGINS) as (keyof typeof LOGINS)[];
const lab = useLab({ name: "logins", hosts });
let project: Awaited<ReturnType<typeof projectFolder>>;

beforeAll(async () => {
  project = await projectFolder();
  await writeFile(join(project.folder, "password"), `${labPassword}\n`, { mode: 0o600 });
  for (const host of hosts)
    await writeFile(
      join(project.folder, `${host}.yaml`),
      labInventory(lab(), { all_of_them: [host] }, { ansible_user: LOGINS[host] }),
    );
});
afterAll(() => project.remove());

const on = (host: string, command: string) =>
  runOnHost(lab(), lab().hosts.find(({ name }) => name === host)!.address, command);

function args(host: keyof typeof LOGINS): readonly string[] {
  const become = { root: [], admin: ["--become"], operator: ["--become", "--become-password-file", "password"] };
  return ["login.ts", "-i", `${host}.yaml`, ...become[LOGINS[host]]];
}

const run = (host: keyof typeof LOGINS, ...more: readonly string[]) =>
  told(project.folder, [...args(host), "--output", "json", ...more]);

/** What the playbook made, and who can tell that it was here. */
const look = `cd /
find srv/login home/newcomer etc/login-test.conf etc/systemd/system/login-test.service -printf '%p %y %m %u:%g %s %l\\n' | sort
cat srv/login/who home/newcomer/who etc/login-test.conf; systemctl is-active login-test; ls -A tmp run/lock dev/shm | grep -v systemd`;

test("root, sudo without and sudo with a password check, do and leave the same", async () => {
  const ends = await Promise.all(
    hosts.map(async (host) => {
      const plan = await run(host, "--check");
      const first = await run(host);
      const second = await run(host);
      for (const { exitCode, text } of [plan, first, second]) expect(exitCode, text).toBe(0);
      expect(first.changed).toEqual(plan.changed);
      expect(second.changed).toEqual([]);
      return { changed: first.changed, trips: [first.roundTrips, second.roundTrips], state: await on(host, look) };
    }),
  );
  expect(ends[0]!.changed).toHaveLength(8);
  expect(ends[0]!.state).toContain("root\n/\n0022\n/root\nnewcomer\n/home/newcomer\n");
  expect(ends[1]).toEqual(ends[0]);
  expect(ends[2]).toEqual(ends[0]);
});

test("a wrong sudo password is told as such, and nothing was done", async () => {
  await writeFile(join(project.folder, "password"), "wrong\n", { mode: 0o600 });
  await on("by-operator", "rm /etc/login-test.conf");
  const end = await run("by-operator");
  expect(end.exitCode).toBe(4);
  expect(end.text).toMatch(/password/);
  expect(end.text).not.toContain(labPassword);
  expect(await on("by-operator", "ls /etc/login-test.conf 2>&1 || true")).toContain("No such file");
});

const BIG_BYTES = 60_000_000;
const MEMORY_LIMIT = 200_000_000;

test("a file of 60 MB arrives whole, and is never held in memory", async () => {
  const bytes = randomFillSync(new Uint8Array(BIG_BYTES));
  const big = join(project.folder, "big");
  await writeFile(big, bytes);
  const end = await tsPlay(project.folder, [...args("by-root"), "-e", `big=${big}`]);
  expect(end.exitCode, end.stdout + end.stderr).toBe(0);
  expect(await on("by-root", "sha256sum </srv/login/big")).toContain(sha256(bytes));
  expect(end.peakBytes).toBeGreaterThan(10_000_000);
  expect(end.peakBytes).toBeLessThan(MEMORY_LIMIT);
  process.stdout.write(`${Math.round(end.peakBytes / 1e6)} MB at most, ${Math.round(end.durationMs)} ms\n`);
});
