import { ExitCode, TsPlayError } from "../errors.ts";
import { parserExitCode } from "./command-parser.ts";
import { makeProgram } from "./program.ts";
import { flagVariables } from "./run-flags.ts";

/** The program: arguments in, exit code out. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on("error", endWhenNobodyReads);
  process.exitCode = argv[0] === COMPLETE ? await complete(argv.slice(1)) : await exitCodeOf(argv);
  // Sockets of hosts that went silent may linger; all that matters has been written.
  setTimeout(() => process.exit(), 500).unref();
}

/** What shells ask while a command is typed; no help speaks of it. */
const COMPLETE = "__complete";

async function complete(words: readonly string[]): Promise<number> {
  const { completeCommand } = await import("./completion/complete-command.ts");
  await completeCommand(words);
  return ExitCode.done;
}

/** `ts-play --help | head` is no fault. Runs write by themselves and go on. */
function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

async function exitCodeOf(argv: readonly string[]): Promise<number> {
  for (const name of flagVariables) if (process.env[name] === "") delete process.env[name];
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
    process.stderr.write(
      `${error.message}${error.fix ? `${error.message.includes("\n") ? "\n" : ". "}Fix: ${error.fix}.` : ""}\n`,
    );
    return error.exitCode;
  }
  process.stderr.write(`This is a bug in ts-play: ${error instanceof Error ? error.stack : String(error)}\n`);
  return ExitCode.badInput;
}
