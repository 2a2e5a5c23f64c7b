import type { RunEvent } from "./event.ts";
import { jsonLine } from "./json-line.ts";
import type { Report, ReportOptions, Sink } from "./report.ts";

/** Every event as one line of JSON, at once; docs/events.md describes them. */
export class JsonReport implements Report {
  readonly #sink: Sink;

  constructor({ sink }: ReportOptions) {
    this.#sink = sink;
  }

  handle(event: RunEvent): void {
    this.#sink.write(jsonLine(event));
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}
