import type { Command } from "../define/command.ts";
import type { CommandResult, Probe } from "../define/probe.ts";
import type { Step } from "../define/step.ts";
import type { Failure } from "../report/event.ts";

/** One part of a bundle; the parts run in order, and after a failed step nothing more is started. */
export type Action =
  | { readonly kind: "step"; readonly step: Step; readonly timeoutMs: number }
  /** Leaves a note on the host that a task still has to react to a change. */
  | { readonly kind: "mark"; readonly marker: string; readonly note: string }
  | { readonly kind: "unmark"; readonly marker: string }
  | { readonly kind: "read"; readonly probes: readonly Probe<unknown>[] };

export type ActionResult =
  | { readonly state: "done"; readonly durationMs: number; readonly answers?: Answers; readonly output?: string }
  | { readonly state: "failed"; readonly durationMs: number; readonly failure: Failure }
  | { readonly state: "not-started" };

/** Answers by the key of their probe; a probe that made no sense has a ProbeFailure. */
export type Answers = ReadonlyMap<string, unknown>;

/** Stands where an answer should be: the probe did not end, or its output could not be read. */
export class ProbeFailure {
  readonly failure: Failure;

  constructor(failure: Failure) {
    this.failure = failure;
  }
}

/** The link broke in a bundle. `results` are certain; the action after them may or may not have happened. */
export class BundleLostError extends Error {
  readonly results: readonly ActionResult[];

  constructor(message: string, results: readonly ActionResult[], cause?: unknown) {
    super(message, { cause });
    this.name = "BundleLostError";
    this.results = results;
  }
}

/** What the engine needs of a host; a real one over a session, or one in memory. */
export interface HostDriver {
  /** Asks many questions in one round trip. */
  read(probes: readonly Probe<unknown>[]): Promise<Answers>;
  /** Connects again after a lost link. Throws UnreachableError. */
  reconnect(): Promise<void>;
  /** Round trips so far. */
  readonly roundTrips: number;
}

/** A driver that may also change the host. Check mode never holds one. */
export interface ChangingDriver extends HostDriver {
  /** Carries a bundle out in one round trip. Throws BundleLostError. Steps hold no refs any more. */
  carry(actions: readonly Action[]): Promise<readonly ActionResult[]>;
  /** Runs the command of an output, which may make something new on the host. Holds no refs. */
  capture(command: Command): Promise<CommandResult>;
}
