import type { RunEvent } from "../report/event.ts";
import type { Recorder } from "./reporter.ts";

/** Keeps what is said of a host until it is known to be true. */
export class HeldEvents implements Recorder {
  readonly #recorder: Recorder;
  readonly #events: RunEvent[] = [];

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  emit(event: RunEvent): void {
    this.#events.push(event);
  }

  async commit(): Promise<void> {
    // Nothing is sent to the host meanwhile, so nothing must be on record before.
  }

  now(): number {
    return this.#recorder.now();
  }

  /** Says it all, in order. */
  release(): void {
    for (const event of this.#events) this.#recorder.emit(event);
  }
}
