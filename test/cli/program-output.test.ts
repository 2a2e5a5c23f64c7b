import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ProgramFailure, programOutput } from "../../runner/cli/program-output.ts";

const sh = (script: string, deadlineMs?: number) =>
  programOutput("/bin/sh", ["-c", script], deadlineMs === undefined ? {} : { deadlineMs });
const failure = async (output: Promise<string>): Promise<string> => {
  const error = await output.then(
    (text) => new Error(`it gave ${text}`),
    (cause: Error) => cause,
  );
  expect(error).toBeInstanceOf(ProgramFailure);
  return error.message;
};

test("what a program prints is given as it is", async () => {
  expect(await sh("echo said >&2; printf 'a b\\n'")).toBe("a b\n");
});

test("a program that reads its input finds it at its end, and does not wait", async () => {
  expect(await sh('read answer || echo "nothing to read"')).toBe("nothing to read\n");
});

test("what a program says when it fails is told, apart from the secret", async () => {
  expect(await failure(sh("echo hunter2-secret; echo 'is locked'  >&2; echo got hunter2-secret >&2; exit 4"))).toBe(
    "exit 4: is locked; got ***",
  );
  expect(await failure(sh("echo hunter2-secret; kill -9 $$"))).toBe("it was ended by SIGKILL");
  expect(await failure(programOutput("/does/not/exist", []))).toBe("ENOENT");
});

test("a program that does not end is ended, also when it ignores signals and its children hold the pipes", async () => {
  const script = "trap '' TERM INT; echo waiting for a card >&2; sleep 30 & while :; do wait; sleep 1; done";
  expect(await failure(sh(script, 3000))).toBe("it did not end in 3 s: waiting for a card");
});

test("a program that never stops printing is ended", async () => {
  expect(await failure(sh("exec yes"))).toBe("it printed more than 1048576 bytes");
});

test("a program that is ended can end its own first, and one that does not want to is ended all the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "program-output-"));
  const at = (name: string) => join(folder, name);
  const started = "sleep 60 & echo $! >$0/below; echo $$ >$0/shell";
  const run = (script: string) => programOutput("/bin/sh", ["-c", script, folder], { deadlineMs: 3000 });
  await failure(run(`trap 'kill $!; exit 1' TERM; ${started}; wait`));
  await expect.poll(() => lives(at("below")), { timeout: 30_000 }).toBe(false);
  await failure(run(`trap '' TERM; ${started}; while :; do wait; sleep 1; done`));
  await expect.poll(() => lives(at("shell")), { timeout: 30_000 }).toBe(false);
  process.kill(pidIn(at("below")), "SIGKILL");
  rmSync(folder, { recursive: true });
});

const pidIn = (file: string): number => Number(readFileSync(file, "utf8"));
const lives = (file: string): boolean => existsSync(`/proc/${pidIn(file)}/cwd`);

test("at a terminal a program can ask there", async () => {
  const script = "printf 'which one? ' >&2; read a; echo $a";
  expect(await screenOf(script, { "which one? ": "the second\n" })).toContain("got the second");
});

test("at a terminal a program takes as long as the person does", async () => {
  const script = "printf 'which one? ' >&2; sleep 2; read a; echo $a";
  expect(await screenOf(script, { "which one? ": "the second\n" }, 100)).toContain("got the second");
});

/** What a terminal shows at which a program gives its output to this module, and a person answers. */
async function screenOf(script: string, answers: Readonly<Record<string, string>>, deadlineMs = 60_000) {
  const module = join(import.meta.dirname, "../../runner/cli/program-output.ts");
  const bundled = await bundle(`import { programOutput } from ${JSON.stringify(module)};
    const options = { deadlineMs: ${deadlineMs} };
    process.stdout.write("got " + (await programOutput("/bin/sh", ["-c", ${JSON.stringify(script)}], options)));`);
  const child = spawn("script", ["-qec", `${process.execPath} --input-type=module -e "$PROGRAM"`, "/dev/null"], {
    env: { ...process.env, PROGRAM: bundled },
  });
  let screen = "";
  await new Promise((resolve) => {
    child.stdout.on("data", (bytes: Buffer) => {
      screen += bytes.toString();
      for (const [question, answer] of Object.entries(answers))
        if (screen.endsWith(question)) child.stdin.write(answer);
    });
    child.once("close", resolve);
  });
  return screen;
}

async function bundle(source: string): Promise<string> {
  const esbuild = join(import.meta.dirname, "../../node_modules/.bin/esbuild");
  const done = promisify(execFile)(esbuild, ["--bundle", "--platform=node", "--format=esm", "--loader=ts"]);
  done.child.stdin?.end(source);
  return (await done).stdout;
}
