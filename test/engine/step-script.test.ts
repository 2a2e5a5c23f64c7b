import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sh } from "../../runner/define/command.ts";
import { remove, run, type ScriptedStep, wait, write } from "../../runner/define/step.ts";
import { stepScript } from "../../runner/engine/step-script.ts";
import { secret } from "../../runner/index.ts";

const SHELLS = ["dash", "bash"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0);
const OLD = "old content\n";
const NEW = "new content, and longer\n";

let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "step-"));
  path = join(folder, "it's a file.conf");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Real = ScriptedStep;
const shell = (
  step: Real,
  { program = "sh", wrap = [] as string[], input = undefined as Uint8Array | undefined, silent = false } = {},
) => {
  const { text, stdin, env } = stepScript(step, 10_000);
  const [command, ...args] = [...wrap, program, "-c", `umask 077\n${text}`];
  return spawnSync(command!, args, {
    input: input ?? (stdin as Uint8Array) ?? "",
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 10_000,
    stdio: silent ? ["pipe", "ignore", "ignore"] : "pipe",
  });
};
const newFile = (options: object = {}) =>
  write({ path, content: NEW, mode: "0640", owner: "root", group: "root", ...options });
const leftovers = () => readdirSync(folder).filter((name) => name.startsWith(".ts-play-"));

describe.each(SHELLS)("a write in %s", (program) => {
  test("makes the file with its owner and mode, and leaves nothing else", () => {
    expect(shell(newFile(), { program }).status).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(NEW);
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("keeps set-id bits, which chown would clear", () => {
    shell(newFile({ mode: "4755" }), { program });
    expect(statSync(path).mode & 0o7777).toBe(0o4755);
  });

  test("keeps the old file when the content was cut short by a lost link", () => {
    writeFileSync(path, OLD);
    const { status, stderr } = shell(newFile(), { program, input: Buffer.from(NEW.slice(0, 5)) });
    expect([status, stderr]).toEqual([74, "the content did not arrive whole\n"]);
    expect(readFileSync(path, "utf8")).toBe(OLD);
    expect(leftovers()).toEqual([]);
  });

  test("keeps the old file when the validator refuses the new one, and tells what it said", () => {
    writeFileSync(path, OLD);
    const refusing = newFile({ validate: (file: never) => sh`grep -c wanted ${file}; echo "line 1: bad"; exit 3` });
    const { status, stderr } = shell(refusing, { program });
    expect(status).toBe(3);
    expect(stderr).toContain("line 1: bad");
    expect(stderr).toContain("the old file stays");
    expect(readFileSync(path, "utf8")).toBe(OLD);
    expect(leftovers()).toEqual([]);
  });

  test("shows the validator the new content under the file's own name", () => {
    const { status } = shell(
      newFile({
        validate: (file: never) => sh`f=${file}; [ "\${f##*/}" = "it's a file.conf" ] && grep -q longer "$f"`,
      }),
      { program },
    );
    expect(status).toBe(0);
  });

  test("keeps a backup where one is wanted", () => {
    writeFileSync(path, OLD);
    shell(newFile({ backup: true }), { program });
    const backup = readdirSync(folder).find((name) => name.endsWith(".bak"));
    expect(readFileSync(join(folder, backup!), "utf8")).toBe(OLD);
  });

  test("sweeps what a killed run left beside it", () => {
    mkdirSync(join(folder, ".ts-play-dead"));
    shell(newFile(), { program });
    expect(leftovers()).toEqual([]);
  });

  test("fails in a folder that is not there", () => {
    const { status, stderr } = shell(
      write({ path: join(folder, "no/file"), content: NEW, mode: "0644", owner: "root", group: "root" }),
      { program },
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain("No such file or directory");
  });
});

test("other steps: run with secret environment and input, remove, wait", () => {
  const result = shell(
    run(sh`printf '%s|' "$TOKEN"; cat`, { env: { TOKEN: secret("s3cret") }, stdin: secret("typed") }),
  );
  expect(result.stdout).toBe("s3cret|typed");
  writeFileSync(path, OLD);
  expect(shell(remove(path)).status).toBe(0);
  expect(existsSync(path)).toBe(false);
  expect(shell(remove(path)).status).toBe(0);
  writeFileSync(path, OLD);
  expect(shell(wait(sh`test -e ${path}`, { timeoutMs: 1000 })).status).toBe(0);
});

const strace = spawnSync("strace", ["-V"]).status === 0;

describe.skipIf(!strace)("a write that is killed or fails at any system call that changes something", () => {
  const calls = [
    "openat",
    "mkdir",
    "write",
    "fchownat",
    "fchmodat",
    "fsync",
    "rename",
    "renameat2",
    "unlinkat",
    "rmdir",
  ];

  /** Injects the fault at the first, second ... call of each kind in each process of the write; gives how often it hit. */
  const sweep = (fault: string, most: number): number => {
    let hits = 0;
    for (const call of calls) {
      for (let at = 1; at <= most; at++) {
        writeFileSync(path, OLD, { mode: 0o600 });
        const wrap = [
          "timeout",
          "-s",
          "KILL",
          "5",
          "strace",
          "-f",
          "-qq",
          "-o",
          "/dev/null",
          "-e",
          `trace=${call}`,
          "-e",
          `inject=${call}:${fault}:when=${at}`,
        ];
        const { status } = shell(newFile({ mode: "0600" }), { wrap, silent: true });
        const now = readFileSync(path, "utf8");
        expect([OLD, NEW], `${fault} at ${call} ${at}`).toContain(now);
        expect(statSync(path).mode & 0o777).toBe(0o600);
        if (status === 0) expect(now).toBe(NEW);
        else hits++;
      }
    }
    expect(shell(newFile()).status).toBe(0);
    expect(leftovers()).toEqual([]);
    return hits;
  };

  test("SIGKILL: old or new, never torn, never wider; the next write sweeps up", { timeout: 60_000 }, () => {
    expect(sweep("signal=KILL", 4)).toBeGreaterThan(8);
  });

  test.each(["ENOSPC", "EIO"])("%s: old or new, and success only with the new one", { timeout: 60_000 }, (errno) => {
    expect(sweep(`error=${errno}`, 3)).toBeGreaterThan(5);
  });
});
