import type { Mode, RunEvent } from "../report/event.ts";
import { EventPrinter } from "../report/event-printer.ts";
import { FileSink } from "../report/file-sink.ts";
import { makePaint } from "../report/paint.ts";
import type { Redactor } from "../report/redact.ts";
import { makeReport, type Report, type Sink } from "../report/report.ts";
import { sanitizeAll } from "../report/sanitize.ts";
import { defaultFormat, wantsColor } from "../report/terminal.ts";
import type { RunFlags } from "./flags.ts";

const FLUSH_MS = 5000;

/** The report that a person or a program sees on standard output; known secrets are masked whatever the report does. */
export function standardReport({ output, verbose, diff }: RunFlags, mode: Mode, redactor: Redactor): Report {
  const file = new FileSink(process.stdout.fd, process.stdout);
  const sink = masking(file, redactor);
  const isTty = process.stdout.isTTY ?? false;
  const report = makeReport(output ?? defaultFormat(process.env, isTty), {
    verbosity: Math.min(verbose, 3) as 0 | 1 | 2 | 3,
    diff,
    color: wantsColor(process.env, isTty),
    sink,
    mode,
  });
  return flushed(report, file);
}

/** What is seen of the look at the hosts before a plan is carried out: a heading, and what goes wrong. */
export function comparisonReport(flags: RunFlags, mode: Mode, redactor: Redactor): Report {
  if (flags.output === "json") return standardReport(flags, mode, redactor);
  return problemsReport(mode, redactor, () => "comparing the hosts with the plan");
}

/** A heading, and what goes wrong. */
export function problemsReport(mode: Mode, redactor: Redactor, heading: (hosts: number) => string): Report {
  const file = new FileSink(process.stdout.fd, process.stdout);
  const sink = masking(file, redactor);
  const paint = makePaint(wantsColor(process.env, process.stdout.isTTY ?? false));
  const print = (lines: readonly string[]) => sink.write(lines.map((line) => `${line}\n`).join(""));
  const printer = new EventPrinter({ mode, verbosity: 0, diff: false, everything: false }, paint, print);
  const handle = (event: RunEvent) => {
    if (event.type === "run-start") print([paint("quiet", heading(hostsOf(event)))]);
    printer.handle(sanitizeAll(event));
  };
  return flushed({ handle, close: async () => printer.flush() }, file);
}

const hostsOf = ({ plays }: Extract<RunEvent, { type: "run-start" }>): number =>
  new Set(plays.flatMap(({ hosts }) => hosts)).size;

const flushed = (report: Report, file: FileSink): Report => ({
  handle: (event) => report.handle(event),
  close: async () => {
    await report.close();
    await file.flush(FLUSH_MS);
  },
});

const masking = (sink: Sink, redactor: Redactor): Sink => ({
  write: (text) => sink.write(redactor.redact(text)),
  get isTty() {
    return sink.isTty;
  },
  get columns() {
    return sink.columns;
  },
  get rows() {
    return sink.rows;
  },
});
