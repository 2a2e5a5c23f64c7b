/** One look at a member: asked and answered at these times (ms since the run's start); undefined: it could not be asked. */
export interface Sighting {
  readonly askedAt: number;
  readonly at: number;
  readonly holds: boolean | undefined;
}

/** A time in which something is certain. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** An answer that took longer says little about when it was true. */
const SLOW_MS = 1000;
/** Between looks that are further apart anything may have happened. */
const APART_MS = 2000;

/** What was seen of the members, as it was seen. */
export class Sightings {
  readonly #seen = new Map<string, Sighting[]>();

  /** True when a member is seen otherwise than before. */
  add(host: string, sighting: Sighting): boolean {
    const list = this.#seen.get(host) ?? [];
    const changed = list.length === 0 || list.at(-1)?.holds !== sighting.holds;
    list.push(sighting);
    this.#seen.set(host, list);
    return changed;
  }

  /** Who holds, as far as it was seen last. */
  holders(): readonly string[] {
    return [...this.#seen].flatMap(([host, list]) => (list.at(-1)?.holds === true ? [host] : []));
  }

  /** When each other member than `victim` was first seen to hold after `from`; the first of them. */
  firstOther(victim: string, from: number): { readonly host: string; readonly at: number } | undefined {
    const firsts = [...this.#seen].flatMap(([host, list]) => {
      const first = host === victim ? undefined : list.find(({ at, holds }) => at >= from && holds === true);
      return first ? [{ host, at: first.at }] : [];
    });
    return firsts.sort((one, other) => one.at - other.at)[0];
  }

  /** The longest time for which it is certain that two members held at once: never longer than it really was. */
  twoHoldersMs(): number {
    const held = [...this.#seen.values()].map((list) => spans(list, true));
    const both = held.flatMap((one, i) => held.slice(i + 1).flatMap((other) => overlaps(one, other)));
    return longest(both);
  }

  /** The longest time for which it is certain that no member held. */
  nobodyMs(): number {
    const [first, ...rest] = [...this.#seen.values()].map((list) => spans(list, false));
    return first === undefined ? 0 : longest(rest.reduce(overlaps, first));
  }
}

/** From the first to the last of answers that are alike and follow each other closely. */
export function spans(list: readonly Sighting[], holds: boolean): readonly Span[] {
  const found: { from: number; to: number }[] = [];
  let last: Sighting | undefined;
  for (const sighting of list) {
    const sure = sighting.holds === holds && sighting.at - sighting.askedAt <= SLOW_MS;
    const follows = last !== undefined && sighting.askedAt - last.at <= APART_MS;
    // It was true somewhere between the question and the answer.
    if (sure && follows) found.at(-1)!.to = Math.max(found.at(-1)!.to, sighting.askedAt);
    else if (sure) found.push({ from: sighting.at, to: sighting.at });
    last = sure ? sighting : undefined;
  }
  return found;
}

const overlaps = (some: readonly Span[], others: readonly Span[]): readonly Span[] =>
  some.flatMap((one) =>
    others.flatMap((other) => {
      const both = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
      return both.to > both.from ? [both] : [];
    }),
  );

const longest = (list: readonly Span[]): number => Math.round(Math.max(0, ...list.map(({ from, to }) => to - from)));
