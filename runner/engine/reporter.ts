import type { TaskNode } from "../plan/task-node.ts";
import type { Failure, RunEvent, ShownChange, TaskState } from "../report/event.ts";
import { Tally } from "./outcome.ts";

/** Where events go. `commit` returns when they are safe on disk, and throws when they cannot be kept. */
export interface Recorder {
  emit(event: RunEvent): void;
  commit(): Promise<void>;
  /** Milliseconds since the run's start. */
  now(): number;
}

export interface TaskReport {
  readonly state: TaskState;
  readonly steps?: readonly string[];
  readonly changes?: readonly ShownChange[];
  readonly reason?: string | undefined;
  readonly failure?: Failure | undefined;
  readonly output?: string | undefined;
  readonly durationMs?: number;
  readonly tries?: number;
}

/** Tells and counts what becomes of the tasks of one play on one host. */
export class Reporter {
  readonly #recorder: Recorder;
  readonly #play: number;
  readonly #host: string;
  readonly #tally = new Tally();

  constructor(recorder: Recorder, play: number, host: string) {
    this.#recorder = recorder;
    this.#play = play;
    this.#host = host;
  }

  get counts() {
    return this.#tally.counts;
  }

  /** Steps of these tasks are about to be sent; returns when that is on record. */
  async started(nodes: readonly TaskNode[]): Promise<void> {
    this.#emit({ type: "task-start", tasks: nodes.map(({ id }) => id) });
    await this.#recorder.commit();
  }

  ended(
    { id, role }: TaskNode,
    { state, steps = [], changes = [], reason, failure, output, durationMs = 0, tries = 1 }: TaskReport,
  ): void {
    this.#tally.add(state);
    this.#emit({ type: "task-end", task: id, role, state, steps, changes, reason, failure, output, durationMs, tries });
  }

  /** What was said is on record when this returns. */
  commit(): Promise<void> {
    return this.#recorder.commit();
  }

  note(level: "info" | "warning" | "debug", message: string): void {
    this.#recorder.emit({ type: "note", at: this.#recorder.now(), host: this.#host, level, message });
  }

  #emit(event: Bare): void {
    this.#recorder.emit({ ...event, at: this.#recorder.now(), play: this.#play, host: this.#host } as RunEvent);
  }
}

type OfType<T extends RunEvent["type"]> = Omit<Extract<RunEvent, { type: T }>, "at" | "play" | "host">;
type Bare = OfType<"task-start"> | OfType<"task-end">;
