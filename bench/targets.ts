import type { ScenarioName } from "./options.ts";
import { median, type Row, type Sample } from "./results.ts";

const roundTripSeconds = 0.05;

export interface Target {
  readonly title: string;
  /** Undefined where the runs it needs were not made. */
  readonly measured: string | undefined;
  readonly met: boolean | undefined;
}

/** What ts-play must reach, and what it did. */
export const targets = (rows: readonly Row[]): readonly Target[] => {
  const look = lookIn(rows);
  return [
    atMost(
      "nothing to do, 1 host: wall at most 2 × ssh-batched's, own start included",
      2,
      look.wall("no-op-1", "ts-play", "ssh-batched"),
    ),
    atMost(
      "nothing to do, 1 host, 50 ms away: at most 6 round trips more than ssh-batched",
      6,
      look.moreRoundTrips(),
      " round trips",
    ),
    ...faster(look, "no-op-10", "ansible", 100),
    ...faster(look, "no-op-10", "mitogen", 15),
    ...faster(look, "no-op-10", "pyinfra", 15),
    atMost(
      "nothing to do, 10 hosts: controller CPU at most 1/5 of pyinfra's",
      0.2,
      look.cpu("no-op-10", "ts-play", "pyinfra"),
    ),
    ...(["first-1", "first-10"] as const).flatMap((scenario) => [
      atMost(`${scenario}: wall at most 1.3 × ssh-naive's`, 1.3, look.wall(scenario, "ts-play", "ssh-naive")),
      ...["ansible", "mitogen", "pyinfra"].flatMap((peer) => faster(look, scenario, peer, 1)),
    ]),
    below(
      "500 hosts: controller memory below 400 MB",
      400,
      look.manyHosts(({ peakBytes }) => peakBytes / 1e6),
      " MB",
    ),
    below("500 hosts: event-loop delay p99 below 50 ms", 50, look.manyHosts(loopP99), " ms"),
    below("500 hosts: the part of it by ts-play's own work below 50 ms", 50, look.manyHosts(loopOwnP99), " ms"),
  ];
};

const loopP99 = ({ loopP99Ms = Number.NaN }: Sample): number => loopP99Ms;
const loopOwnP99 = ({ loopOwnP99Ms = Number.NaN }: Sample): number => loopOwnP99Ms;

type Look = ReturnType<typeof lookIn>;

function lookIn(rows: readonly Row[]) {
  const value = (scenario: ScenarioName, contestant: string, of: (sample: Sample) => number): number => {
    const row = rows.find((one) => one.scenario === scenario && one.contestant === contestant);
    return median(row?.remark ? [] : (row?.samples.map(of) ?? []));
  };
  const wallOf = (scenario: ScenarioName, contestant: string) => value(scenario, contestant, (one) => one.wallSeconds);
  const away = (contestant: string) => wallOf("no-op-1-far", contestant) - wallOf("no-op-1", contestant);
  return {
    wall: (scenario: ScenarioName, a: string, b: string) => wallOf(scenario, a) / wallOf(scenario, b),
    cpu: (scenario: ScenarioName, a: string, b: string) =>
      value(scenario, a, (one) => one.cpuSeconds) / value(scenario, b, (one) => one.cpuSeconds),
    moreRoundTrips: () => (away("ts-play") - away("ssh-batched")) / roundTripSeconds,
    manyHosts: (of: (sample: Sample) => number) => value("hosts-500", "ts-play", of),
  };
}

const faster = (look: Look, scenario: ScenarioName, peer: string, times: number): readonly Target[] => {
  const ratio = look.wall(scenario, peer, "ts-play");
  const title =
    times === 1 ? `${scenario}: faster than ${peer}` : `${scenario}: at least ${times} × faster than ${peer}`;
  return [{ title, ...judged(ratio, ratio >= times, " ×") }];
};

const atMost = (title: string, limit: number, found: number, unit = " ×"): Target => ({
  title,
  ...judged(found, found <= limit, unit),
});

const below = (title: string, limit: number, found: number, unit: string): Target => ({
  title,
  ...judged(found, found < limit, unit),
});

const judged = (found: number, met: boolean, unit: string): Pick<Target, "measured" | "met"> =>
  Number.isFinite(found)
    ? { measured: `${found.toPrecision(3)}${unit}`, met }
    : { measured: undefined, met: undefined };
