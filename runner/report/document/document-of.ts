import { InputError } from "../../errors.ts";
import { DrillState } from "../drill-state.ts";
import type { Failure, HostState, RunEvent, TaskEnd } from "../event.ts";
import { advance, emptyState, type RunState, totals } from "../state.ts";
import type { DriftDocument } from "./drift-document.ts";
import { drillDocumentOf } from "./drill-document.ts";
import { hostTotals } from "./host-totals.ts";
import type { HostDocument, RunDocument, TaskDocument } from "./run-document.ts";
import { settledDrift } from "./settled-drift.ts";

type Of<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

interface HostParts {
  readonly tasks: TaskDocument[];
  readonly plays: HostDocument["plays"][number][];
  startedAt: number;
  roundTrips: number;
}

/** Makes the document of a run of its events; those of a run that was killed may end anywhere. Throws InputError when the run's start is missing. */
export function documentOf(events: readonly RunEvent[], file = "the journal"): RunDocument {
  const collector = new Collector();
  for (const event of events) collector.hear(event);
  return collector.document(file);
}

class Collector {
  readonly #state: RunState = emptyState();
  readonly #drills = new DrillState();
  readonly #parts = new Map<string, HostParts>();
  readonly #notes: RunDocument["notes"][number][] = [];
  #drift: DriftDocument | undefined;
  #play = 0;

  hear(event: RunEvent): void {
    // What was under way when the run ended is known only before the end is taken into the state.
    if (event.type === "run-end") this.#leaveOpen();
    advance(this.#state, event);
    this.#drills.advance(event);
    if (event.type === "host-start") this.#startHost(event);
    if (event.type === "task-end") this.#partsOf(event.host).tasks.push(taskOf(event));
    if (event.type === "host-end") this.#endHost(event);
    if (event.type === "note") this.#note(event);
    if (event.type === "drift") this.#drift = event.drift;
  }

  document(file: string): RunDocument {
    const { start, end, at } = this.#state;
    if (start === undefined) throw noStart(file);
    if (end === undefined) this.#endKilled();
    const hosts: HostDocument[] = [...this.#state.hosts.values()].map(({ name, state, counts, durationMs }) => {
      const { plays, tasks, roundTrips } = this.#partsOf(name);
      return { name, state: state ?? "skipped", counts: { ...counts }, durationMs, roundTrips, plays, tasks };
    });
    return settledDrift({
      format: "ts-play-report",
      v: 1,
      run: {
        ...runOf(start),
        durationMs: end?.durationMs ?? at,
        exitCode: end?.exitCode ?? null,
        message: end?.message,
      },
      totals: { tasks: totals(this.#state), hosts: hostTotals(hosts) },
      plays: start.plays.map((play, place) => this.#playDocument(place, play)),
      hosts,
      notes: this.#notes,
      drills: this.#drills.drills.map((view) => drillDocumentOf(view, at)),
      drift: this.#drift,
    });
  }

  #playDocument(
    place: number,
    { play = place, title, hosts }: Of<"run-start">["plays"][number],
  ): RunDocument["plays"][number] {
    const tally = this.#state.plays[place];
    return { play, title, hosts, startedAtMs: tally?.startedAt, endedAtMs: tally?.endedAt };
  }

  #startHost({ host, at, play }: Of<"host-start">): void {
    this.#partsOf(host).startedAt = at;
    this.#play = play;
  }

  #endHost({ host, play, state, at, durationMs, roundTrips, failure }: Of<"host-end">): void {
    const parts = this.#partsOf(host);
    parts.plays.push({ play, state, startedAtMs: Math.max(0, at - durationMs), endedAtMs: at, failure });
    parts.roundTrips = roundTrips;
  }

  #note({ level, at, host, message }: Of<"note">): void {
    if (level !== "debug") this.#notes.push({ level, atMs: at, host, message });
  }

  #endKilled(): void {
    this.#leaveOpen();
    for (const host of this.#state.hosts.values()) host.interrupt(this.#state.at);
  }

  /** Hosts at work get an end: what they were doing may have happened. */
  #leaveOpen(): void {
    for (const { name, running, busySince } of this.#state.hosts.values()) {
      if (busySince === undefined) continue;
      const { tasks, plays, startedAt } = this.#partsOf(name);
      for (const task of running) tasks.push(openTask(task, this.#play, this.#state.at, busySince));
      const state: HostState = running.length > 0 ? "unknown" : "skipped";
      plays.push({ play: this.#play, state, startedAtMs: startedAt, endedAtMs: this.#state.at, failure: LEFT });
    }
  }

  #partsOf(host: string): HostParts {
    const known = this.#parts.get(host) ?? { tasks: [], plays: [], startedAt: 0, roundTrips: 0 };
    this.#parts.set(host, known);
    return known;
  }
}

const LEFT: Failure = {
  message: "the run ended while this was under way",
  fix: "run again: the host is looked at first, and only what is missing is done",
};

const openTask = (task: string, play: number, at: number, since: number): TaskDocument => ({
  play,
  task,
  role: task.split("/")[0] ?? "",
  state: "unknown",
  steps: [],
  changes: [],
  failure: LEFT,
  endedAtMs: at,
  durationMs: at - since,
  tries: 1,
});

const taskOf = ({ at, ...task }: TaskEnd): TaskDocument => ({
  play: task.play,
  task: task.task,
  role: task.role,
  state: task.state,
  steps: task.steps,
  changes: task.changes,
  reason: task.reason,
  failure: task.failure,
  output: task.output,
  endedAtMs: at,
  durationMs: task.durationMs,
  tries: task.tries,
});

const runOf = ({ run, startedAt, mode, playbook, inventory, command, version }: Of<"run-start">) => ({
  id: run,
  startedAt,
  mode,
  kind: command[0] === "drift" && mode === "check" ? ("drift" as const) : ("run" as const),
  playbook,
  inventory,
  command,
  version,
});

const noStart = (file: string): InputError =>
  new InputError({
    code: "JRN001",
    place: { file },
    message: "the journal does not begin with the start of a run",
    fix: "choose another run: ts-play report --list",
  });
