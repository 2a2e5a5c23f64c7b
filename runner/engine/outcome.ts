import { type Task, TaskRefusal } from "../define/task.ts";
import { ExitCode, LockedError, TsPlayError, UnreachableError } from "../errors.ts";
import type { Counts, Failure, HostState, TaskState } from "../report/event.ts";
import { LinkLostError } from "../transport/transport.ts";
import { BundleLostError } from "./action.ts";

/** How a play ended on one host. */
export interface HostOutcome {
  readonly state: HostState;
  readonly counts: Counts;
  readonly failure?: Failure | undefined;
  /** What the process should end with because of this host; undefined when all went well. */
  readonly exitCode?: number | undefined;
  /** To begin again could do something twice that must not be. */
  readonly final?: boolean | undefined;
}

/** A host is through before its tasks are, and how. Never leaves the engine. */
export class HostStop extends Error {
  readonly state: HostState;
  readonly failure: Failure;
  readonly exitCode: number;
  /** To begin again could do something twice that must not be. */
  readonly final: boolean;

  constructor(state: HostState, failure: Failure, exitCode: number, final = false) {
    super(failure.message);
    this.final = final;
    this.name = "HostStop";
    this.state = state;
    this.failure = failure;
    this.exitCode = exitCode;
  }
}

/** A value that a step of a task needs could not be had; nothing was sent. Never leaves the engine. */
export class ValueMissing extends Error {
  readonly task: Task;

  constructor(task: Task, cause: unknown) {
    super(failureOf(cause).message, { cause });
    this.name = "ValueMissing";
    this.task = task;
  }
}

/** How anything that was thrown ends a host. */
export function stopFor(error: unknown): HostStop {
  if (error instanceof HostStop) return error;
  if (error instanceof ValueMissing) return stopFor(error.cause);
  if (isAbort(error)) return new HostStop("skipped", { message: "the run was interrupted" }, ExitCode.interrupted);
  if (error instanceof BundleLostError || error instanceof LinkLostError)
    return new HostStop("unreachable", { message: `the link was lost: ${error.message}` }, ExitCode.unreachable);
  const failure = failureOf(error);
  if (error instanceof UnreachableError || error instanceof LockedError)
    return new HostStop("unreachable", failure, error.exitCode);
  return new HostStop("failed", failure, error instanceof TsPlayError ? error.exitCode : ExitCode.taskFailed);
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";

/** A task has failed and why; never leaves the engine. */
export class TaskFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "TaskFailed";
    this.failure = failure;
  }
}

/** Anything thrown, as a failure people can read; a bug keeps its stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TaskFailed) return error.failure;
  if (error instanceof TaskRefusal || error instanceof TsPlayError) return { message: error.message, fix: error.fix };
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: String(error) };
}

/** Counts task states of one host. */
export class Tally {
  readonly #counts = { ok: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };

  add(state: TaskState): void {
    this.#counts[state]++;
  }

  get counts(): Counts {
    return { ...this.#counts };
  }
}
