import type { Counts, RunEvent, TaskEnd, TaskState } from "./event.ts";
import { HostTally } from "./host-tally.ts";
import { PlayTally } from "./play-tally.ts";

type Of<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

const SLOWEST = 5;

/** One task that took long. */
export interface SlowTask {
  readonly host: string;
  readonly task: string;
  readonly durationMs: number;
}

/** What is known of a run so far: all that a screen shows, and no more than that (no list grows with the number of tasks). */
export interface RunState {
  start: Of<"run-start"> | undefined;
  end: Of<"run-end"> | undefined;
  /** The time of the last event, ms since the start. */
  at: number;
  /** The place in `plays` of the one that runs now. */
  play: number | undefined;
  readonly plays: PlayTally[];
  readonly hosts: Map<string, HostTally>;
  slowest: readonly SlowTask[];
}

/** A run of which nothing is known. */
export const emptyState = (): RunState => ({
  start: undefined,
  end: undefined,
  at: 0,
  play: undefined,
  plays: [],
  hosts: new Map(),
  slowest: [],
});

/** Takes one event into the state. In place: 50,000 events must not copy 500 hosts each time. No clock, no I/O. */
export function advance(state: RunState, event: RunEvent): void {
  state.at = Math.max(state.at, event.at);
  switch (event.type) {
    case "run-start":
      startRun(state, event);
      break;
    case "play-start":
      startPlay(state, event);
      break;
    case "play-end":
      playOf(state, event.play).finish(event.at);
      break;
    case "host-start":
      startHost(state, event);
      break;
    case "task-start":
      hostOf(state, event.host).startTasks(event.tasks, event.at);
      break;
    case "task-end":
      endTask(state, event);
      break;
    case "host-end":
      endHost(state, event);
      break;
    case "run-end":
      endRun(state, event);
      break;
  }
}

/** The sum of all hosts: every task that was planned is in exactly one of its states. */
export function totals(state: RunState): Counts {
  const sum: Record<TaskState, number> = { ok: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };
  for (const { counts } of state.hosts.values())
    for (const key of Object.keys(sum) as TaskState[]) sum[key] += counts[key];
  return sum;
}

function startRun(state: RunState, event: Of<"run-start">): void {
  state.start = event;
  for (const [place, { play = place, title, hosts }] of event.plays.entries()) {
    playOf(state, play).describe(title, hosts);
    for (const host of hosts) hostOf(state, host);
  }
}

function startPlay(state: RunState, event: Of<"play-start">): void {
  state.play = placeOf(state, event.play);
  const play = playOf(state, event.play);
  play.describe(event.title, event.hosts);
  play.start(event.at);
}

function startHost(state: RunState, event: Of<"host-start">): void {
  playOf(state, event.play).running.add(event.host);
  hostOf(state, event.host).startPlay(event.at, event.tasks);
}

function endTask(state: RunState, event: TaskEnd): void {
  hostOf(state, event.host).endTask(event.task, event.state);
  playOf(state, event.play).noteTask(event.host, event.state);
  const { host, task, durationMs } = event;
  if (durationMs <= (state.slowest[SLOWEST - 1]?.durationMs ?? 0)) return;
  state.slowest = [...state.slowest, { host, task, durationMs }]
    .sort((one, other) => other.durationMs - one.durationMs)
    .slice(0, SLOWEST);
}

function endHost(state: RunState, event: Of<"host-end">): void {
  hostOf(state, event.host).endPlay(event.state, event.counts, event.durationMs);
  playOf(state, event.play).endHost(event.host, event.state, event.counts);
}

/** Who was still at work when the run ended was interrupted: what it was doing may have happened. */
function endRun(state: RunState, event: Of<"run-end">): void {
  state.end = event;
  for (const host of state.hosts.values()) host.interrupt(event.at);
}

/** Where a play stands in `plays`; events name plays by their numbers in the playbook, of which a run may leave some out. */
export function placeOf({ start }: RunState, play: number): number {
  const place = (start?.plays ?? []).findIndex((one, at) => (one.play ?? at) === play);
  return place < 0 ? play : place;
}

function playOf(state: RunState, play: number): PlayTally {
  const index = placeOf(state, play);
  const known = state.plays[index];
  if (known !== undefined) return known;
  for (let at = state.plays.length; at <= index; at += 1) state.plays.push(new PlayTally());
  return state.plays[index] as PlayTally;
}

function hostOf(state: RunState, name: string): HostTally {
  const known = state.hosts.get(name);
  if (known !== undefined) return known;
  const host = new HostTally(name);
  state.hosts.set(name, host);
  return host;
}
