import { DrillLinesReport } from "./drill-lines.ts";
import { DrillTreeReport } from "./drill-tree.ts";
import type { Mode, RunEvent } from "./event.ts";
import { JsonReport } from "./json.ts";
import { LinesReport } from "./lines.ts";
import { TreeReport } from "./tree.ts";

/** What becomes of the events of a run; it never throws and never makes the run wait. */
export interface Report {
  handle(event: RunEvent): void;
  /** Writes what is still held back; resolves when all is written. */
  close(): Promise<void>;
}

/** Where a report writes to. */
export interface Sink {
  write(text: string): void;
  readonly isTty: boolean;
  readonly columns: number;
  readonly rows: number;
}

export interface ReportOptions {
  readonly verbosity: 0 | 1 | 2 | 3;
  readonly diff: boolean;
  readonly color: boolean;
  readonly sink: Sink;
  readonly mode: Mode;
}

const REPORTS = { lines: LinesReport, tree: TreeReport, json: JsonReport };
const DRILL_REPORTS = { lines: DrillLinesReport, tree: DrillTreeReport, json: JsonReport };

/** The report of a format; `tree` needs a terminal and is `lines` where there is none. */
export function makeReport(format: "lines" | "tree" | "json", options: ReportOptions): Report {
  const usable = format === "tree" && !options.sink.isTty ? "lines" : format;
  const reports = options.mode === "drill" ? DRILL_REPORTS : REPORTS;
  return new GuardedReport(new reports[usable](options), options.sink);
}

/** A bug in a report ends the report, with a line that says so, and never the run. */
class GuardedReport implements Report {
  readonly #sink: Sink;
  #report: Report | undefined;

  constructor(report: Report, sink: Sink) {
    this.#report = report;
    this.#sink = sink;
  }

  handle(event: RunEvent): void {
    try {
      this.#report?.handle(event);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  async close(): Promise<void> {
    try {
      await this.#report?.close();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    this.#report = undefined;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tryWrite(this.#sink, `\nts-play: nothing more can be shown, the run goes on (a bug): ${text}\n`);
  }
}

function tryWrite(sink: Sink, text: string): void {
  try {
    sink.write(text);
  } catch {
    // There is nobody left to tell.
    return;
  }
}
