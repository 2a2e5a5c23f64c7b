import type { RunEvent, TaskEnd, TaskState } from "../../runner/report/event.ts";
import {
  aptFailure,
  change,
  hostEnd,
  hostStart,
  playEnd,
  playStart,
  runEnd,
  runStart,
  taskEnd,
  taskStart,
} from "./events.ts";

const BALANCERS = ["lb1", "lb2", "lb3"];
const SITE = {
  plays: [
    { title: "Load balancers", hosts: BALANCERS },
    { title: "Virtual IP", hosts: BALANCERS },
  ],
};

const DIFF = [
  "--- /etc/haproxy/haproxy.cfg (now)",
  "+++ /etc/haproxy/haproxy.cfg (wanted)",
  "@@ -1,3 +1,3 @@",
  " global",
  "-  maxconn 1000",
  "+  maxconn 4000",
  " defaults",
].join("\n");

const packages = (host: string, at: number): TaskEnd =>
  taskEnd(host, "haproxy/packages haproxy", "changed", {
    at,
    durationMs: 4210,
    steps: ["apt-get install --yes haproxy"],
    changes: [change("haproxy", "(absent)", "2.6.12-1+deb12u1")],
    output: "Setting up haproxy (2.6.12-1+deb12u1) ...",
  });

const config = (host: string, at: number): TaskEnd =>
  taskEnd(host, "haproxy/template /etc/haproxy/haproxy.cfg", "changed", {
    at,
    steps: ["write /etc/haproxy/haproxy.cfg"],
    changes: [change("content", "31 lines", "31 lines", DIFF), change("mode", "0644", "0640")],
  });

const reload = (host: string, at: number): TaskEnd =>
  taskEnd(host, "haproxy/service haproxy", "changed", {
    at,
    reason: "reacts to template /etc/haproxy/haproxy.cfg",
    steps: ["systemctl reload haproxy"],
  });

const sysctl = (host: string, at: number, state: TaskState): TaskEnd =>
  taskEnd(host, "keepalived/sysctl net.ipv4.ip_nonlocal_bind", state, {
    at,
    play: 1,
    steps: state === "changed" ? ["sysctl -w net.ipv4.ip_nonlocal_bind=1"] : [],
    changes: state === "changed" ? [change("value", "0", "1")] : [],
  });

const inPlay = (host: string, from: number, ends: readonly TaskEnd[], counts: object, play = 0): RunEvent[] => [
  hostStart(host, from, ends.length, play),
  ...ends.flatMap((end, index) => [taskStart(host, (ends[index - 1]?.at ?? from) + 20, [end.task], play), end]),
  hostEnd(host, (ends.at(-1)?.at ?? from) + 1, "done", counts, { play, durationMs: (ends.at(-1)?.at ?? from) - from }),
];

const byTime = (events: readonly RunEvent[]): RunEvent[] => [...events].sort((one, other) => one.at - other.at);

/** Everything is new on three hosts. */
export const firstRun: readonly RunEvent[] = [
  runStart(BALANCERS, SITE),
  playStart(BALANCERS),
  ...byTime(
    BALANCERS.flatMap((host, index) =>
      inPlay(host, 10 + index, [packages(host, 4300 + index), config(host, 4800 + index), reload(host, 5100 + index)], {
        changed: 3,
      }),
    ),
  ),
  playEnd(5200),
  playStart(BALANCERS, { play: 1, title: "Virtual IP", at: 5201 }),
  ...byTime(
    BALANCERS.flatMap((host, index) =>
      inPlay(
        host,
        5210 + index,
        [sysctl(host, 5400, index === 2 ? "ok" : "changed")],
        index === 2 ? { ok: 1 } : { changed: 1 },
        1,
      ),
    ),
  ),
  playEnd(5500, 1),
  runEnd(5510, 0),
];

const right = (event: TaskEnd): TaskEnd => ({
  ...event,
  state: "ok",
  steps: [],
  changes: [],
  reason: undefined,
  output: undefined,
  durationMs: 1,
});

/** The same run once more. */
export const secondRun: readonly RunEvent[] = [
  runStart(BALANCERS, SITE),
  playStart(BALANCERS),
  ...byTime(
    BALANCERS.flatMap((host) =>
      inPlay(host, 10, [right(packages(host, 300)), right(config(host, 300)), right(reload(host, 300))], { ok: 3 }),
    ),
  ),
  playEnd(310),
  playStart(BALANCERS, { play: 1, title: "Virtual IP", at: 311 }),
  ...byTime(BALANCERS.flatMap((host) => inPlay(host, 320, [sysctl(host, 400, "ok")], { ok: 1 }, 1))),
  playEnd(410, 1),
  runEnd(415, 0),
];

/** One task fails, one host cannot be reached, one connection is lost in the middle. */
export const troubledRun: readonly RunEvent[] = [
  runStart(BALANCERS, SITE),
  playStart(BALANCERS),
  hostStart("lb1", 5, 3),
  hostStart("lb2", 5),
  hostStart("lb3", 5, 3),
  taskStart("lb1", 50, ["haproxy/packages haproxy"]),
  taskStart("lb3", 50, ["haproxy/packages haproxy"]),
  { type: "host-retry", at: 900, play: 0, host: "lb2", message: "no answer from 10.99.0.12:22 in 10 s; try 2 of 3" },
  taskEnd("lb1", "haproxy/packages haproxy", "failed", { at: 2100, durationMs: 2050, failure: aptFailure, tries: 2 }),
  hostEnd("lb1", 2110, "failed", { failed: 1, skipped: 2 }, { failure: aptFailure }),
  packages("lb3", 4000),
  taskStart("lb3", 4010, ["haproxy/template /etc/haproxy/haproxy.cfg"]),
  taskEnd("lb3", "haproxy/template /etc/haproxy/haproxy.cfg", "unknown", {
    at: 4400,
    failure: {
      message: "the connection was lost while the step was under way",
      fix: "run again: it reads what is true first",
    },
  }),
  hostEnd("lb3", 4410, "unknown", { changed: 1, unknown: 1, skipped: 1 }),
  hostEnd(
    "lb2",
    12_000,
    "unreachable",
    {},
    {
      failure: {
        message: "no answer from 10.99.0.12:22 in 10 s",
        fix: "check that the host is up and that its firewall lets port 22 in",
      },
      roundTrips: 0,
    },
  ),
  playEnd(12_010),
  runEnd(12_020, 3),
];

/** Many hosts at once: `tasks` each, every tenth host changes its first task. */
export function fleetRun(hosts: number, tasks: number): RunEvent[] {
  const names = Array.from({ length: hosts }, (_, index) => `node${String(index + 1).padStart(3, "0")}`);
  return [
    runStart(names, { plays: [{ title: "Nodes", hosts: names }] }),
    playStart(names, { title: "Nodes" }),
    ...names.map((host) => hostStart(host, 2, tasks)),
    ...Array.from({ length: tasks }, (_, task) =>
      names.flatMap((host, index) =>
        fleetTask(host, `base/file /etc/app/${task}`, 10 + task, index % 10 === 0 && task === 0),
      ),
    ).flat(),
    ...names.map((host, index) =>
      hostEnd(host, 10 + tasks, "done", index % 10 === 0 ? { ok: tasks - 1, changed: 1 } : { ok: tasks }),
    ),
    playEnd(11 + tasks),
    runEnd(12 + tasks, 0),
  ];
}

const fleetTask = (host: string, task: string, at: number, changed: boolean): RunEvent[] => [
  taskStart(host, at, [task]),
  taskEnd(host, task, changed ? "changed" : "ok", {
    at,
    durationMs: at,
    changes: changed ? [change("mode", "0644", "0600")] : [],
  }),
];
