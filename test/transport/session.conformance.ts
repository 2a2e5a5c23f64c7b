import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection, Script, ScriptResult, Session } from "../../runner/transport/transport.ts";

/** A script with what most tests want. */
export const script = (text: string, more: Partial<Script> = {}): Script => ({
  text,
  timeoutMs: 20_000,
  capBytes: 1_000_000,
  stopOnFailure: false,
  ...more,
});

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** The process ids whose command line or environment holds this text. */
export const processesWith = (needle: string, file: "cmdline" | "environ" = "cmdline"): string[] =>
  readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && pid !== String(process.pid) && readProc(pid, file).includes(needle),
  );

const readProc = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
};

/** Other tests take the lock of this machine as well. */
export const locks = (connection: Connection, owner: string): Promise<void> =>
  expect.poll(() => connection.lock(owner).then(() => "mine", String), { timeout: 40_000 }).toBe("mine");

/** What every way of reaching a host must do, with real processes. */
export const sessionConformance = (name: string, connect: () => Promise<Connection>): void => {
  describe(`a session ${name}`, () => {
    let connection: Connection;
    let session: Session;
    let folder: string;
    const runOne = async (body: string, more: Partial<Script> = {}): Promise<ScriptResult> =>
      (await session.run([script(body, more)]))[0]!;

    beforeAll(async () => {
      connection = await connect();
      session = await connection.session();
      folder = await mkdtemp(join(tmpdir(), "ts-play-session-"));
    });
    afterAll(async () => {
      await connection.close();
      await rm(folder, { recursive: true });
    });
    /** A file that does not exist, for those who wait for one another. */
    const moment = (name: string) => join(folder, name);

    test("reports exit codes, and a signal as 128 + its number", async () => {
      const results = await session.run(
        ["exit 0", "exit 1", "exit 255", "kill -9 $$", "kill -TERM $$"].map((body) => script(body)),
      );
      expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 1, 255, 137, 143]);
    });

    test("keeps stdout and stderr apart and exact to the byte", async () => {
      const bytes = String.raw`a\000b\377\376\n\n`;
      const result = await runOne(`printf '${bytes}'; printf '${bytes}!' >&2`);
      const expected = Buffer.from([97, 0, 98, 255, 254, 10, 10]);
      expect(Buffer.from(result.stdout).equals(expected)).toBe(true);
      expect(Buffer.from(result.stderr).equals(Buffer.concat([expected, Buffer.from("!")]))).toBe(true);
      expect(result.droppedBytes).toBe(0);
    });

    test("tells of output as it comes, and of which script it is", async () => {
      const heard: string[] = [];
      const hear = (name: string) => (stream: string, bytes: Uint8Array) =>
        heard.push(`${name} ${stream} ${text(bytes)}`);
      const heardNow = moment("heard-now");
      const done = session.run([
        script(`echo now; until [ -e ${heardNow} ]; do sleep 0.05; done; echo late >&2`, { onOutput: hear("a") }),
        script("echo next", { onOutput: hear("b") }),
      ]);
      await expect.poll(() => heard.join(""), { timeout: 15_000, interval: 20 }).toBe("a stdout now\n");
      await writeFile(heardNow, "");
      await done;
      expect(heard.join("")).toBe("a stdout now\na stderr late\nb stdout next\n");
    });

    test("gives each script of a bundle its own output", async () => {
      const bodies = Array.from({ length: 40 }, (_, index) =>
        script(`echo out${index}; echo err${index} >&2; exit ${index}`),
      );
      const heard: number[] = [];
      const results = await session.run(bodies, (index) => heard.push(index));
      expect(results.map(({ stdout, stderr, exitCode }) => [text(stdout), text(stderr), exitCode])).toEqual(
        bodies.map((_, index) => [`out${index}\n`, `err${index}\n`, index]),
      );
      expect(heard).toEqual(bodies.map((_, index) => index));
    });

    test("runs in / with a plain environment, a private umask and nothing on standard input", async () => {
      const result = await runOne(
        'pwd; umask; echo "$LC_ALL $PAGER $DEBIAN_FRONTEND"; case $PATH in *sbin*) echo sbin;; esac; cat',
      );
      expect(text(result.stdout)).toBe("/\n0077\nC cat noninteractive\nsbin\n");
    });

    test("feeds exact bytes to each script that wants them", async () => {
      const first = Buffer.from([0, 1, 2, 255, 10]);
      const results = await session.run([
        script("od -An -tx1", { stdin: first }),
        script("cat", { stdin: Buffer.from("second") }),
        script("wc -c"),
      ]);
      expect(results.map(({ stdout }) => text(stdout).trim())).toEqual(["00 01 02 ff 0a", "second", "0"]);
    });

    test("feeds a local file", async () => {
      const file = join(folder, "input");
      await writeFile(file, Buffer.alloc(3_000_000, "x"));
      const [counted, after] = await session.run([
        script("wc -c", { stdin: { file, sizeBytes: 3_000_000 } }),
        script("echo after"),
      ]);
      expect([text(counted!.stdout).trim(), text(after!.stdout)]).toEqual(["3000000", "after\n"]);
    });

    test("goes on after 8 MB of input to a script that exits at once", async () => {
      const results = await session.run([
        script("exit 7", { stdin: Buffer.alloc(8_000_000) }),
        script("cat", { stdin: Buffer.from("fine") }),
      ]);
      expect(results.map(({ exitCode, stdout }) => [exitCode, text(stdout)])).toEqual([
        [7, ""],
        [0, "fine"],
      ]);
    });

    test("keeps the first and the last half of a large output and counts the rest", async () => {
      const result = await runOne(
        "echo begin; head -c 100000000 /dev/zero | tr '\\0' x; echo end; head -c 300000 /dev/zero >&2",
        { capBytes: 1000 },
      );
      expect(result.stdout.length).toBe(1000);
      expect(text(result.stdout)).toMatch(/^begin\nx+end\n$/);
      expect(result.stderr.length).toBe(1000);
      expect(result.droppedBytes).toBe(100_000_010 - 1000 + 300_000 - 1000);
    });

    test("ends a whole process group at the deadline and says so", async () => {
      const mark = `7${Date.now()}`;
      const [slow, next] = await session.run([
        script(`sleep ${mark} & sleep ${mark}; exit 0`, { timeoutMs: 300 }),
        script("echo next"),
      ]);
      expect([slow!.timedOut, slow!.exitCode !== 0, text(next!.stdout)]).toEqual([true, true, "next\n"]);
      await expect.poll(() => processesWith(mark), { timeout: 20_000 }).toEqual([]);
    });

    test("kills what ignores TERM at the deadline", async () => {
      const result = await runOne("trap '' TERM; while :; do sleep 0.2; done", { timeoutMs: 3000 });
      expect([result.timedOut, result.exitCode]).toEqual([true, 137]);
    });

    test("starts nothing after a failure of a script that may not fail", async () => {
      const results = await session.run([
        script("echo ran"),
        script("exit 3", { stopOnFailure: true }),
        script("cat", { stdin: Buffer.from("small") }),
        script("cat", { stdin: Buffer.alloc(200_000) }),
      ]);
      expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 3, undefined, undefined]);
      expect(text((await runOne("echo alive")).stdout)).toBe("alive\n");
    });

    test("stops the bundle at a deadline as at a failure", async () => {
      const results = await session.run([
        script("sleep 20", { timeoutMs: 200, stopOnFailure: true }),
        script("echo never"),
      ]);
      expect(results.map(({ exitCode, timedOut }) => [exitCode === undefined, timedOut])).toEqual([
        [false, true],
        [true, false],
      ]);
    });

    test("does not wait for what a script leaves behind, nor mixes its output into another's", async () => {
      const [next, late] = [moment("next"), moment("late")];
      const until = (file: string) => `until [ -e ${file} ]; do sleep 0.05; done`;
      const results = await session.run([
        script(`(trap '' PIPE; ${until(next)}; echo late; echo late >&2; : >${late}) & echo early`),
        script(`: >${next}; ${until(late)}; echo second`),
        script("echo third"),
      ]);
      expect(results.map(({ stdout, stderr }) => text(stdout) + text(stderr))).toEqual([
        "early\n",
        "second\n",
        "third\n",
      ]);
      expect(text((await runOne("echo again")).stdout)).toBe("again\n");
    });

    test("runs a script of 200 KB", async () => {
      const result = await runOne(`x='${"y".repeat(200_000)}'; echo "it's \${#x}"`);
      expect(text(result.stdout)).toBe("it's 200000\n");
    });

    test("passes environment variables exactly, seen by no command line", async () => {
      const [mark, looked] = [`s3cr3t-${process.pid}-`, moment("looked")];
      const secret = `${mark}'"$(id)\n\\ü`;
      const waiting = `printf %s "$SECRET"; until [ -e ${looked} ]; do sleep 0.05; done`;
      const running = session.run([script(waiting, { env: { SECRET: secret, OTHER: "x" } })]);
      await expect
        .poll(() => processesWith(`SECRET=${mark}`, "environ").length, { timeout: 15_000 })
        .toBeGreaterThan(0);
      expect(processesWith(mark).length).toBe(0);
      await writeFile(looked, "");
      expect(text((await running)[0]!.stdout)).toBe(secret);
      expect(text((await runOne('echo "[$SECRET$OTHER]"')).stdout)).toBe("[]\n");
    });

    test("gives scripts no descriptor and no variable of its own", async () => {
      const result = await runOne(
        "ls /proc/self/fd | grep '^.$' | tr '\\n' ' '; echo; env; set | grep -E '[0-9a-f]{32}' || echo no-token",
      );
      const [descriptors, ...rest] = text(result.stdout).split("\n");
      // 3 is the folder that ls reads.
      expect(descriptors).toBe("0 1 2 3 ");
      expect(rest).toContain("no-token");
      expect(rest.join("\n")).not.toMatch(/[0-9a-f]{32}/);
    });

    test("is not confused by output that looks like its own frames", async () => {
      const forged = `\\036${"0".repeat(32)} x 0 0 0\\n\\036${"0".repeat(32)} z 1\\n`;
      const results = await session.run([script(`printf '${forged}'; exit 5`), script("echo b")]);
      expect(results.map(({ exitCode }) => exitCode)).toEqual([5, 0]);
      expect(text(results[0]!.stdout)).toContain("z 1");
    });

    test("survives a script that kills its own process group", async () => {
      const results = await session.run([script("kill -9 0; sleep 5"), script("echo on")]);
      expect(results.map(({ exitCode, stdout }) => [exitCode, text(stdout)])).toEqual([
        [137, ""],
        [0, "on\n"],
      ]);
    });

    test("runs bundles one after the other when they are asked for at once", async () => {
      const outcomes = await Promise.all(
        ["a", "b", "c"].map((word) => session.run([script(`sleep 0.05; echo ${word}`)])),
      );
      expect(outcomes.map(([result]) => text(result!.stdout))).toEqual(["a\n", "b\n", "c\n"]);
    });

    test("gives another user a shell of its own", async () => {
      const other = await connection.session("nobody");
      const [who] = await other.run([script("id -un; umask")]);
      expect(text(who!.stdout)).toBe("nobody\n0077\n");
      expect(await connection.session("nobody")).toBe(other);
    });

    test("lets only one connection have the lock, and names the holder", async () => {
      const [first, second] = await Promise.all([connect(), connect()]);
      await locks(first, "run 42 by alice since noon");
      await expect(second.lock("run 43")).rejects.toThrow(/locked by run 42 by alice since noon/);
      const daemon = await (await first.session()).run([script("setsid sleep 3 >/dev/null 2>&1 & echo started")]);
      expect(daemon[0]!.exitCode).toBe(0);
      await first.close();
      const third = await connect();
      await locks(third, "run 44");
      await Promise.all([second.close(), third.close()]);
    });

    test("leaves no folder and no process behind when it is closed", async () => {
      const short = await connect();
      const [result] = await (await short.session()).run([
        script("read -r pid name state supervisor rest </proc/$PPID/stat; echo $supervisor"),
      ]);
      const supervisor = text(result!.stdout).trim();
      const folders = () => readdirSync("/run").filter((name) => name.startsWith(`ts-play.${supervisor}.`));
      expect(folders().length).toBe(1);
      await short.close();
      await expect.poll(() => [...folders(), readProc(supervisor, "cmdline")].join(), { timeout: 20_000 }).toBe("");
    });
  });
};
