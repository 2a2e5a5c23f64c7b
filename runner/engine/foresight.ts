import type { Footprint } from "../define/footprint.ts";
import type { Effect, Step } from "../define/step.ts";

/** What a check has planned so far, for the plays that come later: they find a host as the earlier ones would leave it. */
export class Foresight {
  readonly #effects = new Map<string, Effect[]>();
  readonly #touched = new Map<string, Footprint[]>();

  /** Remembers what steps would do to a host, as seen by one of its users. */
  add(host: string, user: string | undefined, steps: readonly Step[]): void {
    append(
      this.#effects,
      keyOf(host, user),
      steps.flatMap(({ effects }) => effects),
    );
    append(
      this.#touched,
      host,
      steps.flatMap(({ touches }) => touches),
    );
  }

  /** What would be different of what a user of a host sees, in order. */
  effects(host: string, user: string | undefined): readonly Effect[] {
    return this.#effects.get(keyOf(host, user)) ?? [];
  }

  /** What can have changed on a host. */
  touched(host: string): readonly Footprint[] {
    return this.#touched.get(host) ?? [];
  }
}

const keyOf = (host: string, user: string | undefined): string => `${host} ${user ?? ""}`;

const append = <T>(lists: Map<string, T[]>, key: string, more: readonly T[]): void => {
  const list = lists.get(key) ?? [];
  list.push(...more);
  lists.set(key, list);
};
