import { ExitCode } from "../errors.ts";
import { documentOf } from "../report/document/document-of.ts";
import type { RunEvent } from "../report/event.ts";
import { readJournal } from "../report/journal.ts";
import { Redactor } from "../report/redact.ts";
import { findRun } from "./find-run.ts";
import type { RunFlags } from "./flags.ts";
import { standardReport } from "./output.ts";
import { publish, requireTargets } from "./publish.ts";
import { runTable } from "./recorded-runs.ts";
import type { ReportTarget } from "./report-target.ts";
import { stateDirectory } from "./state-directory.ts";

export interface ReportFlags extends RunFlags {
  readonly list?: boolean;
  readonly html?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly prometheus?: string;
  readonly markdown?: string;
  readonly github?: boolean;
}

/** `ts-play report`: shows an earlier run again, or makes reports of its journal. Gives the exit code. */
export async function reportCommand(run: string, given: ReportFlags): Promise<number> {
  const directory = await stateDirectory(process.cwd());
  if (given.list) {
    process.stdout.write(runTable(directory));
    return ExitCode.done;
  }
  const flags = { ...given, report: targetsOf(given) };
  await requireTargets(flags);
  const file = findRun(directory, run);
  const events = readJournal(file);
  const document = documentOf(events, file);
  if (flags.report.length === 0 && flags.webhook === undefined) return showAgain(events, flags);
  // To report is all that is asked for here, so a report that fails is this command's failure.
  return (await publish(document, { ...flags, webhookWhen: "always" })) ? ExitCode.done : ExitCode.badInput;
}

function targetsOf({ github, ...flags }: ReportFlags): readonly ReportTarget[] {
  const formats = ["html", "json", "junit", "prometheus", "markdown"] as const;
  const files = formats.flatMap((format) => {
    const file = flags[format];
    return file === undefined ? [] : [{ format, file }];
  });
  return github ? [...files, { format: "github", file: "-" }] : files;
}

/** As it was shown when it ran, line by line. */
async function showAgain(events: readonly RunEvent[], flags: RunFlags): Promise<number> {
  const start = events.find((event) => event.type === "run-start");
  const output = flags.output === "json" ? "json" : "lines";
  const report = standardReport({ ...flags, output, diff: true }, start?.mode ?? "apply", new Redactor());
  for (const event of events) report.handle(event);
  await report.close();
  return ExitCode.done;
}
