/**
 * Whose turn it is at a host. To look, plan and change is one turn, also when another host's task does it there (`runOn`):
 * so no change is planned on what somebody else is just replacing. Nobody who has a turn waits for another one.
 */
export class HostTurns {
  readonly #last = new Map<string, Promise<void>>();
  readonly #changes = new Map<string, number>();

  /** Does this work when all that came before at the host has ended. */
  take<T>(host: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(host) ?? Promise.resolve()).then(work);
    this.#last.set(
      host,
      turn.then(
        () => undefined,
        () => undefined,
      ),
    );
    return turn;
  }

  /** Counts a bundle that may have changed the host. */
  changed(host: string): void {
    this.#changes.set(host, this.changesOf(host) + 1);
  }

  /** How many bundles may have changed the host so far. */
  changesOf(host: string): number {
    return this.#changes.get(host) ?? 0;
  }
}
