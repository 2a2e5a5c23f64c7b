import { quote } from "../define/quote.ts";
import { ExitCode } from "../errors.ts";
import { oneLine } from "./sanitize.ts";
import type { RunState } from "./state.ts";

const MEANINGS: Readonly<Record<number, string>> = {
  [ExitCode.badInput]: "bad input, or the run could not be recorded",
  [ExitCode.changesFound]: "changes found",
  [ExitCode.taskFailed]: "a task failed",
  [ExitCode.unreachable]: "hosts unreachable or in an unknown state",
  [ExitCode.locked]: "locked by another run",
  [ExitCode.stalePlan]: "the plan is stale",
  [ExitCode.interrupted]: "interrupted",
};

/** What an exit code says, in a few words. */
export const exitMeaning = (exitCode: number): string =>
  exitCode === ExitCode.done ? "all is well" : (MEANINGS[exitCode] ?? "see docs/operating.md");

const RETRYABLE: ReadonlySet<number> = new Set([ExitCode.taskFailed, ExitCode.unreachable]);

/** A plan is good for one time: what was done of it is not wanted any more. */
const NEW_PLAN = "What is left needs a new plan: ts-play plan.";

/** After a run that did not end well: the command for what is left, and what the exit code means. */
export function nextSteps({ start, end }: RunState): string[] {
  if (end === undefined || end.exitCode === ExitCode.done) return [];
  const meaning = `Exit code ${end.exitCode}: ${exitMeaning(end.exitCode)}.`;
  const command = start?.command ?? [];
  if (command.length === 0) return [meaning];
  const interrupted = end.exitCode === ExitCode.interrupted;
  if (!interrupted && !RETRYABLE.has(end.exitCode)) return [meaning];
  if (command[0] === "apply") return [NEW_PLAN, meaning];
  if (!interrupted) return [`Try again with: ${again(command, "--limit @retry")}`, meaning];
  return start?.mode === "check" ? [meaning] : [`Go on with: ${again(command, "--resume")}`, meaning];
}

/** The same command, with `extra` in place of limits that it had. */
function again(command: readonly string[], extra: string): string {
  const rest = command[0] === "ts-play" ? command.slice(1) : command;
  const kept = extra.startsWith("--limit") ? withoutLimit(rest) : rest.filter((word) => word !== extra);
  return ["ts-play", ...kept.map((word) => quote(oneLine(word))), extra].join(" ");
}

function withoutLimit(words: readonly string[]): string[] {
  return words.filter((word, at) => {
    const before = words[at - 1];
    const isValue = before === "--limit" || before === "-l";
    return !isValue && word !== "--limit" && word !== "-l" && !word.startsWith("--limit=") && !/^-l./.test(word);
  });
}
