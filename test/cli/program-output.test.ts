import { execFile, spawn } from "node:child_process";
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
  const script = "trap '' TERM INT; echo waiting for a card >&2; sleep 5 & while :; do wait; sleep 1; done";
  expect(await failure(sh(script, 300))).toBe("it did not end in 0.3 s: waiting for a card");
});

test("a program that never stops printing is ended", async () => {
  expect(await failure(sh("exec yes"))).toBe("it printed more than 1048576 bytes");
});

test("at a terminal a program can ask there", async () => {
  const module = join(import.meta.dirname, "../../runner/cli/program-output.ts");
  const bundled = await bundle(`import { programOutput } from ${JSON.stringify(module)};
    process.stdout.write("got " + (await programOutput("/bin/sh", ["-c", "printf 'which one? ' >&2; read a; echo $a"])));`);
  const child = spawn("script", ["-qec", `${process.execPath} --input-type=module -e "$PROGRAM"`, "/dev/null"], {
    env: { ...process.env, PROGRAM: bundled },
  });
  let screen = "";
  await new Promise((resolve) => {
    child.stdout.on("data", (bytes: Buffer) => {
      screen += bytes.toString();
      if (screen.endsWith("which one? ")) child.stdin.write("the second\n");
    });
    child.once("close", resolve);
  });
  expect(screen).toContain("got the second");
});

async function bundle(source: string): Promise<string> {
  const esbuild = join(import.meta.dirname, "../../node_modules/.bin/esbuild");
  const done = promisify(execFile)(esbuild, ["--bundle", "--platform=node", "--format=esm", "--loader=ts"]);
  done.child.stdin?.end(source);
  return (await done).stdout;
}
