import type { Guard, Scenario } from "../../runner/define/drill.ts";
import { carryOutDrill, type DrillOptions, type DrillOutcome } from "../../runner/drill/drill-run.ts";
import type { StartClient } from "../../runner/drill/observation.ts";
import { defineGate, holds, holdsAddress, stopUnit, tcpClient, theHolder } from "../../runner/index.ts";
import type { RunEvent } from "../../runner/report/event.ts";
import type { FakeDriver } from "../../runner/testing/fake-driver.ts";
import { FakeFleet, groupOf } from "../engine/fake-fleet.ts";

const ADDRESS = "192.0.2.100";
const held = holdsAddress(ADDRESS);
const members = groupOf("lb1", "lb2", "lb3");

/** A site in memory: lb1 holds the address; what is done to a host is heard by `onStep`. */
export class FakeSite {
  readonly fleet = new FakeFleet();
  readonly events: RunEvent[] = [];
  readonly interrupt = new AbortController();
  /** Why the client's requests are lost; undefined: they succeed. */
  loss: string | undefined;
  onStep: (host: string, step: string) => void = () => undefined;

  constructor() {
    this.fleet.driver("lb1").set(held, true);
    for (const { name } of members.hosts) this.#listen(name, this.fleet.driver(name));
  }

  /** The address goes from one to another. */
  move(to: string): void {
    for (const { name } of members.hosts) this.fleet.driver(name).set(held, name === to);
  }

  ran(host: string): readonly string[] {
    return this.fleet.driver(host).ran;
  }

  drill(changes: Partial<Scenario> = {}, options: Partial<DrillOptions> = {}): Promise<DrillOutcome> {
    const startedAt = performance.now();
    return carryOutDrill(
      { ...scenario, ...changes, times: { ...quick, ...changes.times } },
      {
        drill: 0,
        fleet: this.fleet,
        recorder: {
          emit: (event) => this.events.push(event),
          commit: async () => undefined,
          now: () => performance.now() - startedAt,
        },
        signal: this.interrupt.signal,
        startClient: this.#client,
        ...options,
      },
    );
  }

  readonly #client: StartClient = (now, ended) => {
    const timer = setInterval(() => ended({ startedAt: now() - 1, endedAt: now(), loss: this.loss }), 5);
    return { stop: async () => clearInterval(timer) };
  };

  #listen(host: string, driver: FakeDriver): void {
    const carry = driver.carry.bind(driver);
    driver.carry = async (actions) => {
      const before = driver.ran.length;
      try {
        return await carry(actions);
      } finally {
        for (const step of driver.ran.slice(before)) this.onStep(host, step);
      }
    };
  }
}

/** True for the step that breaks, and not for the one that leaves on the host how it is mended. */
export const breaks = (step: string): boolean => step.includes("systemctl stop -- haproxy") && !isArming(step);
export const isArming = (step: string): boolean => step.includes("systemd-run");
export const mends = (step: string): boolean => step.includes("/bin/sh /run/ts-play-drill/mend") && !isArming(step);

const quick = {
  steadyMs: 60,
  holdMs: 60,
  settleMs: 40,
  restMs: 40,
  timeoutMs: 20_000,
  healMs: 20_000,
  lookEveryMs: 10,
};

const oneHolder: Guard = {
  on: members,
  gates: [
    defineGate({
      name: "one holder",
      probe: held,
      objection: (seen) =>
        seen.filter(({ answer }) => answer).length === 1 ? undefined : "the address has not one holder",
    }),
  ],
};

const scenario: Scenario = {
  watch: tcpClient({ address: ADDRESS, port: 80 }),
  held: { by: members, when: holds(held, (yes) => yes, `holds ${ADDRESS}`) },
  guards: [oneHolder],
  victim: theHolder(members),
  faults: [stopUnit("haproxy")],
  mustMove: true,
  limits: {},
};
