import type { Mode } from "../report/event.ts";
import { FileSink } from "../report/file-sink.ts";
import { makePaint } from "../report/paint.ts";
import { ProblemsReport } from "../report/problems.ts";
import type { Redactor } from "../report/redact.ts";
import { makeReport, type Report, type Sink } from "../report/report.ts";
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
  return problemsReport(flags, mode, redactor, () => "comparing the hosts with the plan");
}

/** A heading, and what goes wrong; on a terminal also how far it has come. */
export function problemsReport(
  { output }: Pick<RunFlags, "output">,
  mode: Mode,
  redactor: Redactor,
  heading: (hosts: number) => string,
): Report {
  const file = new FileSink(process.stdout.fd, process.stdout);
  const isTty = process.stdout.isTTY ?? false;
  const live = isTty && (output ?? defaultFormat(process.env, isTty)) === "tree";
  const paint = makePaint(wantsColor(process.env, isTty));
  return flushed(new ProblemsReport({ mode, sink: masking(file, redactor), paint, heading, live }), file);
}

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
