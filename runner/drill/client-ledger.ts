import type { Outage } from "../report/drill-event.ts";

/** One request of the client, ended. Times are ms since the run's start. */
export interface ClientRequest {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Why it was lost; undefined for a success. */
  readonly loss: string | undefined;
}

/** What the client met with so far. Requests are added as they end. */
export class ClientLedger {
  readonly #startedAt: number;
  readonly #losses = new Map<string, number>();
  readonly #outages: { from: number; to: number; lost: number }[] = [];
  #sent = 0;
  #lastSuccess: number;
  #lostSince = 0;
  #lastLoss = Number.NEGATIVE_INFINITY;
  #longestGap = 0;
  #succeeded = false;

  /** The client begins at this time: what comes before its first success is a gap, too. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
    this.#lastSuccess = startedAt;
  }

  /** Says when the client succeeds no more, or again. */
  add({ startedAt, endedAt, loss }: ClientRequest): "lost" | "back" | undefined {
    this.#sent++;
    if (loss !== undefined) return this.#lose(startedAt, endedAt, loss);
    const out = this.#isOut;
    this.#longestGap = Math.max(this.#longestGap, endedAt - this.#lastSuccess);
    if (this.#lostSince > 0) this.#outages.push({ from: this.#lastSuccess, to: endedAt, lost: this.#lostSince });
    this.#lastSuccess = endedAt;
    this.#lostSince = 0;
    this.#succeeded = true;
    return out ? "back" : undefined;
  }

  get sent(): number {
    return this.#sent;
  }

  get lost(): number {
    return [...this.#losses.values()].reduce((sum, count) => sum + count, 0);
  }

  get losses(): readonly { reason: string; count: number }[] {
    return [...this.#losses]
      .map(([reason, count]) => ({ reason, count }))
      .sort((one, other) => other.count - one.count);
  }

  /** When the last success came; the client's start when there was none. */
  get lastSuccess(): number {
    return this.#lastSuccess;
  }

  /** The longest time between two successes, the one that lasts now included. */
  longestGapMs(now: number): number {
    return Math.max(this.#longestGap, now - this.#lastSuccess);
  }

  /** Times without a success in which requests were lost; the one that lasts now ends now. */
  outages(now: number): readonly Outage[] {
    return this.#lostSince === 0
      ? this.#outages
      : [...this.#outages, { from: this.#lastSuccess, to: now, lost: this.#lostSince }];
  }

  /** Nothing was lost for so long, and successes keep coming. */
  isSettled(now: number, forMs: number): boolean {
    const quiet = now - Math.max(this.#lastLoss, this.#startedAt);
    return this.#succeeded && quiet >= forMs && now - this.#lastSuccess <= Math.max(forMs / 2, 500);
  }

  get #isOut(): boolean {
    return this.#lostSince > 0;
  }

  /** A request that began before the last success tells nothing about the time after it: it may belong to the outage before. */
  #lose(startedAt: number, endedAt: number, reason: string): "lost" | undefined {
    this.#losses.set(reason, (this.#losses.get(reason) ?? 0) + 1);
    this.#lastLoss = Math.max(this.#lastLoss, endedAt);
    if (startedAt < this.#lastSuccess) {
      const before = this.#outages.findLast(({ from, to }) => startedAt >= from && startedAt < to);
      if (before) before.lost++;
      return undefined;
    }
    this.#lostSince++;
    return this.#lostSince === 1 ? "lost" : undefined;
  }
}
