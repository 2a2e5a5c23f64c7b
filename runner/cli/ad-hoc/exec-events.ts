import type { Answer } from "../../report/answers/answer.ts";
import type { Counts, HostState, RunEvent } from "../../report/event.ts";

const TAIL_LINES = 20;
const none: Counts = { ok: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };

/** The id that a command has in the journal and in reports. */
export const execTask = (command: string): string => `exec/command ${command}`;

/** How a host's answer is recorded: as a play with one task. */
export function answerEvents(answer: Answer, command: string, at: number): readonly RunEvent[] {
  const { host, state, failure, durationMs } = answer;
  const common = { at, play: 0, host, durationMs };
  const task: RunEvent = {
    ...common,
    type: "task-end",
    task: execTask(command),
    role: "exec",
    state,
    steps: [command],
    changes: [],
    failure: failure && { ...failure, exitCode: answer.exitCode, output: tail(answer.stderr || answer.stdout) },
    output: state === "ok" ? tail(`${answer.stdout}${answer.stderr}`) || undefined : undefined,
    tries: 1,
  };
  const ended: HostState = state === "ok" ? "done" : state;
  const counts = { ...none, [state]: 1 };
  return [task, { ...common, type: "host-end", state: ended, counts, roundTrips: 1, failure }];
}

const tail = (text: string): string => text.trim().split("\n").slice(-TAIL_LINES).join("\n");
