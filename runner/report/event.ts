import type { Change } from "../define/step.ts";
import type { DriftDocument } from "./document/drift-document.ts";
import type { DrillEvent } from "./drill-event.ts";

/** The end of one task on one host. */
export type TaskState = "ok" | "changed" | "failed" | "unreachable" | "unknown" | "skipped";

/** Why something did not work, for people: one cause, what is known, what to do. */
export interface Failure {
  readonly message: string;
  readonly fix?: string | undefined;
  /** The command as a plan shows it; no secrets. */
  readonly command?: string | undefined;
  readonly exitCode?: number | undefined;
  /** The last lines of standard error, or of standard output when that is empty; secrets masked. */
  readonly output?: string | undefined;
  /** Set when the author's code threw something that is not a failure on purpose. */
  readonly stack?: string | undefined;
}

/** A change with its values made into text; `diff` is a unified diff where text of a file changes. */
export interface ShownChange {
  readonly attribute: string;
  readonly from: string;
  readonly to: string;
  readonly diff?: string | undefined;
}

/** `exec`: a command that somebody ran on hosts, outside of a playbook. */
export type Mode = "apply" | "check" | "drill" | "exec";

export interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly unknown: number;
  readonly skipped: number;
}

/**
 * What happens in a run, in order. Every report, the journal and the live view are made of these and nothing else.
 * `at` is the time in ms since the run's start (monotonic).
 */
export type RunEvent =
  | {
      readonly type: "run-start";
      readonly at: number;
      readonly run: string;
      readonly startedAt: string;
      /** As people name it in the folder where the run was started. */
      readonly playbook: string;
      /** Its absolute path. */
      readonly playbookFile?: string | undefined;
      /** SHA-256 over the source files of the playbook. */
      readonly playbookHash?: string | undefined;
      /** SHA-256 over the inventory's values and the flags that choose tasks; `--resume` goes on only with the same. */
      readonly choiceHash?: string | undefined;
      readonly inventory: readonly string[];
      readonly mode: Mode;
      readonly plays: readonly {
        /** The number that other events give it; its place in this list where it is missing. */
        readonly play?: number | undefined;
        readonly title: string;
        readonly hosts: readonly string[];
      }[];
      readonly version: string;
      readonly command: readonly string[];
    }
  | {
      readonly type: "play-start";
      readonly at: number;
      readonly play: number;
      readonly title: string;
      readonly hosts: readonly string[];
    }
  | {
      readonly type: "batch-start";
      readonly at: number;
      readonly play: number;
      readonly batch: number;
      readonly hosts: readonly string[];
    }
  | {
      readonly type: "host-start";
      readonly at: number;
      readonly play: number;
      readonly host: string;
      readonly tasks?: number | undefined;
    }
  | {
      readonly type: "task-start";
      readonly at: number;
      readonly play: number;
      readonly host: string;
      readonly tasks: readonly string[];
    }
  | TaskEnd
  | {
      readonly type: "host-retry";
      readonly at: number;
      readonly play: number;
      readonly host: string;
      readonly message: string;
    }
  | {
      readonly type: "host-end";
      readonly at: number;
      readonly play: number;
      readonly host: string;
      readonly state: HostState;
      readonly counts: Counts;
      readonly durationMs: number;
      readonly roundTrips: number;
      readonly failure?: Failure | undefined;
    }
  | { readonly type: "play-end"; readonly at: number; readonly play: number }
  /** What a drift check found; comes once, before its `run-end`. */
  | { readonly type: "drift"; readonly at: number; readonly drift: DriftDocument }
  | {
      readonly type: "note";
      readonly at: number;
      readonly host?: string | undefined;
      readonly level: "info" | "warning" | "debug";
      readonly message: string;
    }
  | DrillEvent
  | {
      readonly type: "run-end";
      readonly at: number;
      readonly exitCode: number;
      readonly durationMs: number;
      readonly message?: string | undefined;
    };

export interface TaskEnd {
  readonly type: "task-end";
  readonly at: number;
  readonly play: number;
  readonly host: string;
  /** `role/operation subject`, stable over runs. */
  readonly task: string;
  readonly role: string;
  readonly state: TaskState;
  /** What was or (in check mode) would be done, as a plan shows it. */
  readonly steps: readonly string[];
  readonly changes: readonly ShownChange[];
  /** Why it was skipped, or why it changed (`reacts to ...`). */
  readonly reason?: string | undefined;
  readonly failure?: Failure | undefined;
  /** The last lines that its commands printed, secrets masked; kept only when somebody asked for them (`-vv`). */
  readonly output?: string | undefined;
  readonly durationMs: number;
  readonly tries: number;
}

/** `done`: all tasks ok or changed. `skipped`: not started because an earlier play or batch failed. */
export type HostState = "done" | "failed" | "unreachable" | "unknown" | "skipped";

/** Changes before their values were made into text. */
export type RawChanges = readonly Change[];
