import type { Play } from "../../runner/define/playbook.ts";
import type { Fleet } from "../../runner/engine/fleet.ts";
import { carryOut, type RunOptions } from "../../runner/engine/run.ts";
import { UnreachableError } from "../../runner/errors.ts";
import { Group } from "../../runner/index.ts";
import { planRun } from "../../runner/plan/run-plan.ts";
import type { RunEvent } from "../../runner/report/event.ts";
import { FakeControl } from "../../runner/testing/fake-control.ts";
import { FakeDriver } from "../../runner/testing/fake-driver.ts";

/** Hosts in memory. */
export class FakeFleet implements Fleet {
  readonly drivers = new Map<string, FakeDriver>();
  readonly unreachable = new Set<string>();
  readonly released: string[] = [];

  driver(host: string): FakeDriver {
    const driver = this.drivers.get(host) ?? new FakeDriver();
    this.drivers.set(host, driver);
    if (this.unreachable.has(host))
      driver.read = () => Promise.reject(new UnreachableError(host, "refused", "connection refused"));
    return driver;
  }

  roundTrips(host: string): number {
    return this.driver(host).roundTrips;
  }

  async release(host: string): Promise<void> {
    this.released.push(host);
  }

  async close(): Promise<void> {
    this.drivers.clear();
  }
}

export const groupOf = (...names: string[]) =>
  new Group(
    "web",
    names.map((name, i) => ({ name, address: `192.0.2.${i + 1}` })),
  );

/** Carries plays out; `states` has a line for the end of each play on each host. */
export async function carry(plays: readonly Play[], fleet = new FakeFleet(), options: Partial<RunOptions> = {}) {
  const events: RunEvent[] = [];
  const exitCode = await carryOut(
    planRun(plays, () => true),
    fleet,
    {
      mode: "apply",
      forks: 5,
      signal: new AbortController().signal,
      recorder: { emit: (event) => events.push(event), commit: async () => undefined, now: () => 0 },
      leftOut: () => new Map(),
      finished: () => false,
      show: async () => [],
      here: new FakeControl(),
      ...options,
    },
  );
  const ends = events.filter((event) => event.type === "host-end");
  return { exitCode, events, fleet, states: ends.map(({ play: index, host, state }) => `${index} ${host} ${state}`) };
}
