import { execFile } from "node:child_process";
import { LabError } from "./lab-error.ts";

const maxOutputBytes = 64 * 1024 * 1024;

/** Runs a program of this machine to its end and answers its standard output; throws LabError with the end of what it said. */
export function execute(
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { timeoutMs: timeout = 60_000, env = process.env } = options;
  const { PATH: path = "" } = env;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        timeout,
        killSignal: "SIGKILL",
        maxBuffer: maxOutputBytes,
        env: { ...env, LC_ALL: "C", PATH: `${path}:/usr/sbin:/sbin` },
      },
      (error, stdout, stderr) => (error ? reject(failure(program, args, error, stderr || stdout)) : resolve(stdout)),
    );
    child.stdin?.end();
  });
}

/** Like `execute`, for a program whose failure is one of the expected answers. */
export async function succeeds(program: string, args: readonly string[], timeoutMs = 10_000): Promise<boolean> {
  return execute(program, args, { timeoutMs }).then(
    () => true,
    () => false,
  );
}

function failure(program: string, args: readonly string[], error: Error, output: string): LabError {
  const said = output.trim().split("\n").slice(-5).join("\n");
  return new LabError(`${program} ${args.slice(0, 3).join(" ").slice(0, 80)} failed: ${said || error.message}`, {
    cause: error,
  });
}
