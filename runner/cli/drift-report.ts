import { documentOf } from "../report/document/document-of.ts";
import type { RunDocument } from "../report/document/run-document.ts";
import { driftText } from "../report/drift/drift-text.ts";
import type { Mode, RunEvent } from "../report/event.ts";
import { makePaint } from "../report/paint.ts";
import type { Redactor } from "../report/redact.ts";
import type { Report } from "../report/report.ts";
import { wantsColor } from "../report/terminal.ts";
import type { RunFlags } from "./flags.ts";
import { problemsReport, standardReport } from "./output.ts";

/** Keeps the events of a run, for a document of it before its journal is closed. */
export class Listener {
  readonly #events: RunEvent[] = [];

  /** The report, with this one listening. */
  before(report: Report): Report {
    return {
      handle: (event) => {
        this.#events.push(event);
        report.handle(event);
      },
      close: () => report.close(),
    };
  }

  document(): RunDocument {
    return documentOf(this.#events);
  }
}

/** What is seen of a drift check: what goes wrong at once, and at its end what differs, by host. */
export function driftReport(listener: Listener, flags: RunFlags, mode: Mode, redactor: Redactor): Report {
  if (flags.output === "json") return listener.before(standardReport(flags, mode, redactor));
  if (flags.verbose > 0) return listener.before(withDrift(standardReport(flags, mode, redactor), listener, redactor));
  return listener.before(withDrift(problemsReport(flags, mode, redactor, headingOf), listener, redactor));
}

const headingOf = (hosts: number): string => `looking for drift on ${hosts} ${hosts === 1 ? "host" : "hosts"}`;

/** The text comes last, after all that the other report holds back. */
const withDrift = (report: Report, listener: Listener, redactor: Redactor): Report => ({
  handle: (event) => report.handle(event),
  close: async () => {
    await report.close();
    const paint = makePaint(wantsColor(process.env, process.stdout.isTTY ?? false));
    const lines = driftText(listener.document(), paint);
    process.stdout.write(redactor.redact(`${lines.join("\n")}\n`));
  },
});
