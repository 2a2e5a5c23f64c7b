import type { Recorder } from "../engine/reporter.ts";
import type { RunEvent } from "../report/event.ts";
import type { Journal } from "../report/journal.ts";
import type { Report } from "../report/report.ts";

/** Gives every event to the reports and to the journal; `commit` waits until the journal is on disk. */
export class EventRecorder implements Recorder {
  readonly #reports: readonly Report[];
  readonly #journal: Journal | undefined;
  readonly #startedAt = performance.now();
  /** Tasks that changed or would change something. */
  changes = 0;

  constructor(reports: readonly Report[], journal: Journal | undefined) {
    this.#reports = reports;
    this.#journal = journal;
  }

  emit(event: RunEvent): void {
    if (event.type === "task-end" && event.state === "changed") this.changes++;
    for (const report of this.#reports) report.handle(event);
    // A failure to write is heard at the next commit.
    this.#journal?.append(event).catch(() => undefined);
  }

  async commit(): Promise<void> {
    await this.#journal?.sync();
  }

  now(): number {
    return performance.now() - this.#startedAt;
  }

  async close(): Promise<void> {
    for (const report of this.#reports) await report.close();
    await this.#journal?.close();
  }
}
