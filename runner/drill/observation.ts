import type { Scenario } from "../define/drill.ts";
import type { Fleet } from "../engine/fleet.ts";
import type { DrillEvent, DrillResult } from "../report/drill-event.ts";
import type { Client } from "./client/client.ts";
import type { Account } from "./client/records.ts";
import { ClientLedger, type ClientRequest } from "./client-ledger.ts";
import { Lookout } from "./lookout.ts";
import { Sightings } from "./sightings.ts";

const TOLD_EVERY_MS = 1000;

/** Sets a client to work; `ended` hears of each of its requests. */
export type StartClient = (now: () => number, ended: (request: ClientRequest) => void) => Client;

/** An event without what every event of a drill has. */
export type Told<E = DrillEvent> = E extends DrillEvent ? Omit<E, "at" | "drill"> : never;

export interface ObservationOptions {
  readonly held: Scenario["held"];
  readonly fleet: Fleet;
  readonly lookEveryMs: number;
  readonly startClient: StartClient;
  readonly now: () => number;
  readonly tell: (event: Told) => void;
}

/** The client at work and the looks at all members, from when it is made until it is stopped. */
export class Observation {
  readonly lookout: Lookout;
  readonly #options: ObservationOptions;
  readonly #sightings = new Sightings();
  readonly #ledger: ClientLedger;
  readonly #client: Client;
  readonly #teller: NodeJS.Timeout;
  #changedAt: number;
  #endedAt: number | undefined;
  #account: Account | undefined;
  #unread: string | undefined;

  constructor(options: ObservationOptions) {
    const { held, fleet, lookEveryMs, startClient, now, tell } = options;
    this.#options = options;
    this.#changedAt = now();
    this.#ledger = new ClientLedger(now());
    this.lookout = new Lookout({
      fleet,
      when: held.when,
      everyMs: lookEveryMs,
      now,
      seen: (host, sighting) => {
        if (!this.#sightings.add(host, sighting)) return;
        this.#changedAt = now();
        tell({ type: "drill-seen", host, holds: sighting.holds ?? null });
      },
    });
    this.#client = startClient(now, (request) => this.#ended(request));
    this.lookout.start(held.by.map(({ name }) => name));
    this.#teller = setInterval(() => tell(this.#progress()), TOLD_EVERY_MS);
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#endedAt = this.#options.now();
    clearInterval(this.#teller);
    await this.#client.stop();
    await this.lookout.stop();
    this.#account = await this.#client.account?.().catch((error: Error) => {
      this.#unread = `what was written could not be read back: ${error.message}`;
      return undefined;
    });
    this.#options.tell(this.#progress());
  }

  /** Why it is not known what became of acknowledged writes; undefined when it is. */
  get unread(): string | undefined {
    return this.#unread;
  }

  get holders(): readonly string[] {
    return this.#sightings.holders();
  }

  /** Another member than this one was seen to hold since then. */
  tookOver(from: string, since: number): boolean {
    return this.#sightings.firstOther(from, since) !== undefined;
  }

  /** The client lost nothing for so long, and goes on. */
  isSettled(forMs: number): boolean {
    return this.#ledger.isSettled(this.#options.now(), forMs);
  }

  /** No member was seen otherwise than before for so long. */
  isStill(forMs: number): boolean {
    return this.#options.now() - this.#changedAt >= forMs;
  }

  /** What was counted and measured so far. */
  measured(): Omit<DrillResult, "verdict" | "objections" | "restored" | "victim"> {
    const now = this.#endedAt ?? this.#options.now();
    const { sent, lost, losses } = this.#ledger;
    return {
      sent,
      lost,
      losses,
      longestGapMs: Math.round(this.#ledger.longestGapMs(now)),
      outages: this.#ledger.outages(now),
      twoHoldersMs: this.#sightings.twoHoldersMs(),
      nobodyMs: this.#sightings.nobodyMs(),
      ...this.#account,
    };
  }

  /** Who took over from the victim, and when the client succeeded again, counted from the break. */
  recovery(brokenAt: number, victim: string, held: boolean): Partial<DrillResult> {
    const other = held ? this.#sightings.firstOther(victim, brokenAt) : undefined;
    const outage = this.measured().outages.find(({ to }) => to >= brokenAt);
    const lasts = outage !== undefined && outage.to > this.#ledger.lastSuccess;
    return {
      ...(other && { movedAfterMs: Math.round(other.at - brokenAt), newHolder: other.host }),
      answeredAfterMs: lasts ? undefined : Math.round((outage?.to ?? brokenAt) - brokenAt),
    };
  }

  #ended(request: ClientRequest): void {
    const since = this.#ledger.lastSuccess;
    const turn = this.#ledger.add(request);
    if (turn === undefined) return;
    this.#options.tell({ type: "drill-client", answers: turn === "back", since, reason: request.loss });
  }

  #progress(): Told {
    const { sent, lost } = this.#ledger;
    const now = this.#endedAt ?? this.#options.now();
    return { type: "drill-progress", sent, lost, longestGapMs: Math.round(this.#ledger.longestGapMs(now)) };
  }
}
