import { setTimeout as sleep } from "node:timers/promises";
import type { Condition } from "../define/condition.ts";
import { ProbeFailure } from "../engine/action.ts";
import type { Fleet } from "../engine/fleet.ts";
import type { Sighting } from "./sightings.ts";

/** Looks at each member again and again, each over its own session, until it is told to stop. */
export class Lookout {
  readonly #fleet: Fleet;
  readonly #when: Condition;
  readonly #everyMs: number;
  readonly #now: () => number;
  readonly #seen: (host: string, sighting: Sighting) => void;
  readonly #blind = new Set<string>();
  readonly #loops: Promise<void>[] = [];
  readonly #end = new AbortController();

  constructor(options: {
    readonly fleet: Fleet;
    readonly when: Condition;
    readonly everyMs: number;
    readonly now: () => number;
    readonly seen: (host: string, sighting: Sighting) => void;
  }) {
    this.#fleet = options.fleet;
    this.#when = options.when;
    this.#everyMs = options.everyMs;
    this.#now = options.now;
    this.#seen = options.seen;
  }

  start(hosts: readonly string[]): void {
    for (const host of hosts) this.#loops.push(this.#loop(host));
  }

  /** A host that nobody can reach for a while is not asked until `resume`. */
  pause(host: string): void {
    this.#blind.add(host);
    this.#seen(host, { askedAt: this.#now(), at: this.#now(), holds: undefined });
  }

  resume(host: string): void {
    this.#blind.delete(host);
  }

  /** Resolves when no question is under way any more, but waits no longer than `deadlineMs` for those of hosts that do not answer. */
  async stop(deadlineMs = 5000): Promise<void> {
    this.#end.abort();
    await Promise.race([Promise.all(this.#loops), sleep(deadlineMs, undefined, { ref: false })]);
  }

  async #loop(host: string): Promise<void> {
    while (!this.#end.signal.aborted) {
      const askedAt = this.#now();
      const holds = this.#blind.has(host) ? undefined : await this.#ask(host);
      const at = this.#now();
      if (this.#end.signal.aborted) return;
      if (!this.#blind.has(host)) this.#seen(host, { askedAt, at, holds });
      await sleep(Math.max(10, this.#everyMs - (at - askedAt)), undefined, { signal: this.#end.signal }).catch(() => 0);
    }
  }

  /** Undefined when the host cannot be asked, or makes no sense. */
  async #ask(host: string): Promise<boolean | undefined> {
    const driver = this.#fleet.driver(host);
    const { probe } = this.#when;
    try {
      const answer = (await driver.read([probe])).get(probe.key);
      return answer instanceof ProbeFailure ? undefined : this.#when.test(answer);
    } catch {
      if (!this.#blind.has(host)) await driver.reconnect().catch(() => undefined);
      return undefined;
    }
  }
}
