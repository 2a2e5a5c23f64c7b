import type { RunEvent } from "../../runner/report/event.ts";
import { makeReport, type Report, type ReportOptions, type Sink } from "../../runner/report/report.ts";

/** A sink that keeps what was written. */
export const memorySink = (more: Partial<Sink> = {}): Sink & { text(): string } => {
  const written: string[] = [];
  return {
    isTty: false,
    columns: 80,
    rows: 24,
    write: (text) => written.push(text),
    ...more,
    text: () => written.join(""),
  };
};

type Format = Parameters<typeof makeReport>[0];

/** All that a report writes about these events. */
export async function reported(
  format: Format,
  events: readonly RunEvent[],
  options: Partial<ReportOptions> = {},
): Promise<string> {
  const sink = memorySink();
  const report: Report = makeReport(format, {
    verbosity: 0,
    diff: false,
    color: false,
    mode: "apply",
    sink,
    ...options,
  });
  for (const event of events) report.handle(event);
  await report.close();
  return sink.text();
}
