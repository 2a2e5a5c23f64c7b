import type { Counts, HostState, TaskState } from "./event.ts";

type Tally = Record<TaskState, number>;

const none = (): Tally => ({ ok: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 });

/** From best to worst: a host is as good as its worst play. */
const ORDER: readonly HostState[] = ["done", "skipped", "unknown", "unreachable", "failed"];

/** What tasks that never came to an end are, by how the host ended: `unknown` if they may have happened. */
const LEFT_OVER: Record<HostState, TaskState> = {
  done: "skipped",
  skipped: "skipped",
  failed: "skipped",
  unreachable: "unreachable",
  unknown: "skipped",
};

/** One host over all plays: its tasks by state, what it does now, how long it took. */
export class HostTally {
  readonly name: string;
  readonly counts: Tally = none();
  /** Undefined until its first play has ended. */
  state: HostState | undefined;
  durationMs = 0;
  running: readonly string[] = [];
  /** When what it does now began; undefined while it does nothing. */
  busySince: number | undefined;
  #startedAt = 0;
  #inPlay = none();
  #planned: number | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** What a host without a running task does: it is asked before its first task, and again after changes. */
  get pause(): string {
    return Object.values(this.#inPlay).some((count) => count > 0) ? "reading again" : "connecting and reading";
  }

  startPlay(at: number, planned: number | undefined): void {
    this.busySince = at;
    this.#startedAt = at;
    this.#inPlay = none();
    this.#planned = planned;
  }

  startTasks(tasks: readonly string[], at: number): void {
    this.running = tasks;
    this.busySince = at;
  }

  endTask(task: string, state: TaskState): void {
    this.counts[state] += 1;
    this.#inPlay[state] += 1;
    if (this.running.includes(task)) this.running = this.running.filter((name) => name !== task);
  }

  /** The engine's own counts of the play win over those of single events. */
  endPlay(state: HostState, counts: Counts, durationMs: number): void {
    const final = complete(counts, this.#planned, LEFT_OVER[state]);
    for (const key of Object.keys(final) as TaskState[]) this.counts[key] += final[key] - this.#inPlay[key];
    this.state = worst(this.state, state);
    this.durationMs += durationMs;
    this.#rest();
  }

  /** The run ended while the host was at work: tasks in flight may have happened, the rest did not. */
  interrupt(at: number): void {
    if (this.busySince === undefined) return;
    const counts = { ...this.#inPlay };
    counts.unknown += this.running.length;
    this.endPlay(this.running.length > 0 ? "unknown" : "skipped", counts, at - this.#startedAt);
  }

  #rest(): void {
    this.running = [];
    this.busySince = undefined;
    this.#planned = undefined;
    this.#inPlay = none();
  }
}

/** Every planned task gets a state: those without one are counted as `left`. */
function complete(counts: Counts, planned: number | undefined, left: TaskState): Tally {
  const known = Object.values(counts).reduce((sum: number, count: number) => sum + count, 0);
  const missing = Math.max(0, (planned ?? known) - known);
  return { ...counts, [left]: counts[left] + missing };
}

const worst = (one: HostState | undefined, other: HostState): HostState =>
  one !== undefined && ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other;
