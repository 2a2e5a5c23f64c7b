import type {
  Counts,
  Failure,
  HostState,
  RunEvent,
  ShownChange,
  TaskEnd,
  TaskState,
} from "../../runner/report/event.ts";

type Of<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

export const noCounts: Counts = { ok: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };

export const runStart = (hosts: readonly string[], more: Partial<Of<"run-start">> = {}): RunEvent => ({
  type: "run-start",
  at: 0,
  run: "20260729-101502-ab12",
  startedAt: "2026-07-29T10:15:02.000Z",
  playbook: "site.ts",
  inventory: ["hosts.yaml"],
  mode: "apply",
  plays: [{ title: "Load balancers", hosts }],
  version: "0.1.0",
  command: ["site.ts", "-i", "hosts.yaml"],
  ...more,
});

export const playStart = (hosts: readonly string[], more: Partial<Of<"play-start">> = {}): RunEvent => ({
  type: "play-start",
  at: 1,
  play: 0,
  title: "Load balancers",
  hosts,
  ...more,
});

export const hostStart = (host: string, at: number, tasks?: number, play = 0): RunEvent => ({
  type: "host-start",
  at,
  play,
  host,
  tasks,
});

export const taskStart = (host: string, at: number, tasks: readonly string[], play = 0): RunEvent => ({
  type: "task-start",
  at,
  play,
  host,
  tasks,
});

export const taskEnd = (host: string, task: string, state: TaskState, more: Partial<TaskEnd> = {}): TaskEnd => ({
  type: "task-end",
  at: 10,
  play: 0,
  host,
  task,
  role: task.split("/")[0] ?? "",
  state,
  steps: [],
  changes: [],
  durationMs: 100,
  tries: 1,
  ...more,
});

export const hostEnd = (
  host: string,
  at: number,
  state: HostState,
  counts: Partial<Counts>,
  more: Partial<Of<"host-end">> = {},
): RunEvent => ({
  type: "host-end",
  at,
  play: 0,
  host,
  state,
  counts: { ...noCounts, ...counts },
  durationMs: at,
  roundTrips: 2,
  ...more,
});

export const playEnd = (at: number, play = 0): RunEvent => ({ type: "play-end", at, play });

export const runEnd = (at: number, exitCode: number): RunEvent => ({ type: "run-end", at, exitCode, durationMs: at });

export const change = (attribute: string, from: string, to: string, diff?: string): ShownChange => ({
  attribute,
  from,
  to,
  diff,
});

export const aptFailure: Failure = {
  message: "apt-get ended with 100",
  command: "apt-get install --yes haproxy",
  exitCode: 100,
  output: "E: Unable to locate package haproxy\nok      lb1: everything is fine",
  fix: "run `apt-get update` on the host, or check its sources",
};
