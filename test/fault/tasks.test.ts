import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { uncleanAfter } from "./host-state.ts";
import { useLabProject } from "./lab-project.ts";

const setup = useLabProject("faulttasks", ["worker"]);
const unclean = () => uncleanAfter(setup().lab, setup().lab.hosts[0]!.address);
/** Runs a command as a task. */
const command = (anything: string, limit_ms = 200_000) =>
  setup().run("shell.ts", "-vv", "-e", JSON.stringify({ anything, limit_ms }));
/** KiB that the host has written, in memory and on its own layer of the disk; the disk below is this machine's, which others fill as well. */
async function used(): Promise<number> {
  const { lab, on } = setup();
  const layer = join(lab.directory, lab.name, "hosts/worker/upper");
  // A file that goes while they are counted is no error.
  const disk = await promisify(execFile)("sh", ["-c", 'du -sk "$1" 2>/dev/null; true', "sh", layer]);
  const memory = await on("df --output=used /run /tmp /dev/shm | awk '{ n += $1 } END { print n }'");
  return Number.parseInt(disk.stdout, 10) + Number(memory);
}
const noTrace = /\n\s+at .*:\d+:\d+/;

describe("a command", () => {
  test("that hangs is ended at its deadline, with all that it started", async () => {
    const text = "(sleep 4711 & sleep 4711) & nohup sleep 4711 >/dev/null 2>&1 & trap '' TERM; sleep 4711; sleep 4711";
    const ended = await command(text, 1500);
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toContain("did not end within");
    expect(ended.durationMs).toBeLessThan(60_000);
    expect(await unclean()).toEqual([]);
  });

  test.each([
    ["100 MB in one line", "head -c 100000000 /dev/zero | tr '\\0' x"],
    ["100 MB in short lines, on both streams", "yes line | head -c 50000000; yes other | head -c 50000000 >&2"],
    ["100 MB that are no text", "head -c 100000000 /dev/urandom"],
  ])("that prints %s costs neither memory here nor disk there", async (_, text) => {
    const before = await used();
    const running = command(text);
    const during = await used();
    const ended = await running;
    expect(ended.exitCode, ended.stdout.slice(-2000)).toBe(0);
    expect(ended.peakBytes).toBeLessThan(300e6);
    // Of what is printed a third.
    expect(Math.max(during, await used()) - before).toBeLessThan(30_000);
    expect(ended.stdout.length).toBeLessThan(2_000_000);
    expect(await unclean()).toEqual([]);
  });

  test("that reads its input finds the end of it", async () => {
    const ended = await command("cat >/srv/read; read line || echo none >>/srv/read");
    expect(ended.exitCode).toBe(0);
    expect(await setup().on("cat /srv/read")).toBe("none\n");
  });

  test("that prints a terminal's control characters shows none of them", async () => {
    const text = "printf '\\033]0;title\\007\\033[31mred\\nok: worker\\n\\r\\302\\233x' >&2; exit 1";
    const ended = await command(text);
    expect(ended.exitCode).toBe(3);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(ended.stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    expect(ended.stdout).not.toMatch(/^ok: worker/m);
  });

  test("that ends with 255 has failed; the host is not unreachable", async () => {
    const ended = await command("exit 255");
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toContain("exit code 255");
  });
});

test("a command that went well, but did not make what it promised, has failed", async () => {
  const given = JSON.stringify({ anything: "true", creates: "/srv/promised" });
  const ended = await setup().run("shell.ts", "-e", given);
  expect(ended.exitCode).toBe(3);
  expect(ended.stdout).toContain("still wants");
});

describe("a file system", () => {
  const write = (path: string, bytes: number) =>
    setup().run("one-file.ts", "-e", `path=${path}`, "-e", `bytes=${bytes}`);

  test("that is full fails the task with its reason, and the old file stays", async () => {
    await setup().on("mkdir -p /srv/small && mount -t tmpfs -o size=128k tmpfs /srv/small");
    expect((await write("/srv/small/file", 20)).exitCode).toBe(0);
    const ended = await write("/srv/small/file", 1_000_000);
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toContain("No space left on device");
    expect(ended.stdout + ended.stderr).not.toMatch(noTrace);
    expect(await setup().on("cd /srv/small && ls -A && wc -c <file")).toBe("file\n20\n");
    await setup().on("umount /srv/small");
  });

  test("that may not be written fails the task with its reason", async () => {
    await setup().on("mkdir -p /srv/fixed && echo old >/srv/fixed/file && mount --bind -o ro /srv/fixed /srv/fixed");
    const ended = await write("/srv/fixed/file", 20);
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toContain("Read-only file system");
    expect(ended.stdout + ended.stderr).not.toMatch(noTrace);
    expect(await setup().on("cd /srv/fixed && ls -A && cat file")).toBe("file\nold\n");
    await setup().on("umount /srv/fixed");
  });

  test("whose markers cannot be written fails before the change that they stand for", async () => {
    await setup().on("rm -f /srv/slow.*; mkdir -p /var/lib/ts-play && mount -t tmpfs -o ro tmpfs /var/lib/ts-play");
    const ended = await setup().run("slow.ts");
    await setup().on("umount /var/lib/ts-play");
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toContain("Read-only file system");
    expect(await setup().on("ls -A /srv")).not.toContain("slow.conf");
  });
});
