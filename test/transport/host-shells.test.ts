import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { createConnection } from "../../runner/transport/session/connection.ts";
import { script, text } from "./session.conformance.ts";

/** A connection to this machine whose session runs in another shell than /bin/sh. */
const connectWith = (shell: readonly string[]) =>
  createConnection({
    host: "here",
    loginUser: undefined,
    become: undefined,
    openShell: async ({ argv }) => {
      const child = spawn(shell[0]!, [...shell.slice(1), ...argv.slice(1)], { stdio: "pipe" });
      const closed = once(child, "close").then(([code]) => `exit code ${code}`);
      return {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        closed,
        destroy: () => child.stdin.destroy(),
      };
    },
    close: async () => undefined,
  });

const shells = [["dash"], ["bash"], ["bash", "--posix"], ["busybox", "ash"]].filter(
  ([name]) => spawnSync("which", [name!]).status === 0,
);

describe.each(shells)("the host's shell under %s %s", (...shell) => {
  test("does all that a session needs", async () => {
    const connection = connectWith(shell.filter((word) => word !== undefined));
    onTestFinished(() => connection.close());
    const session = await connection.session();
    const results = await session.run([
      script("printf 'a\\000b'; echo err >&2; exit 3"),
      script('printf %s "$SECRET"', { env: { SECRET: 'it\'s "$x"\n' } }),
      script("wc -c", { stdin: Buffer.alloc(300_000) }),
      script("exit 0", { stdin: Buffer.alloc(100_000) }),
      script("sleep 20", { timeoutMs: 200 }),
      script("(sleep 30; echo late) & echo early"),
      script(`: ${"x".repeat(150_000)}; echo long`),
      script("exit 9", { stopOnFailure: true }),
      script("cat", { stdin: Buffer.from("never") }),
    ]);
    expect(results.map(({ exitCode, timedOut, stdout }) => [exitCode, timedOut, text(stdout).trim()])).toEqual([
      [3, false, "a\0b"],
      [0, false, 'it\'s "$x"'],
      [0, false, "300000"],
      [0, false, ""],
      [143, true, ""],
      [0, false, "early"],
      [0, false, "long"],
      [9, false, ""],
      [undefined, false, ""],
    ]);
    expect(text(results[0]!.stderr)).toBe("err\n");
    expect(text((await session.run([script("echo again")]))[0]!.stdout)).toBe("again\n");
  });
});
