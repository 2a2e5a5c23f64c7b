import { ExitCode, TsPlayError } from "../errors.ts";
import { makeProgram, parserExitCode } from "./program.ts";

/** The program: arguments in, exit code out. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await exitCodeOf(argv);
  // Sockets of hosts that went silent may linger; all that matters has been written.
  setTimeout(() => process.exit(), 500).unref();
}

async function exitCodeOf(argv: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.done;
  try {
    await makeProgram((code) => {
      exitCode = code;
    }).parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return parserExitCode(error) ?? tell(error);
  }
}

/** Errors on purpose are told in one line each; anything else is a bug and keeps its stack. */
function tell(error: unknown): number {
  if (error instanceof TsPlayError) {
    process.stderr.write(`${error.message}${error.fix ? ` Fix: ${error.fix}.` : ""}\n`);
    return error.exitCode;
  }
  process.stderr.write(`This is a bug in ts-play: ${error instanceof Error ? error.stack : String(error)}\n`);
  return ExitCode.badInput;
}
