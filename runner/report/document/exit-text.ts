import { ExitCode } from "../../errors.ts";
import { exitMeaning } from "../next-steps.ts";
import type { DrillDocument } from "./drill-document.ts";
import type { RunDocument } from "./run-document.ts";

/** The exit code of a run, and what it says in a few words. */
export function exitText({ run, drills }: RunDocument): string {
  if (run.exitCode === null) return "none: it was killed";
  const found = run.mode === "drill" && run.exitCode === ExitCode.taskFailed ? drillFinding(drills) : undefined;
  return `${run.exitCode}: ${found ?? exitMeaning(run.exitCode)}`;
}

/** No task fails in a drill: a limit was exceeded, or all was not well before or afterwards. */
function drillFinding(drills: readonly DrillDocument[]): string | undefined {
  const bad = drills.find(({ restored, verdict }) => !restored && verdict !== "refused");
  if (bad) return `what ${bad.title} broke is not known to be well again`;
  const found = drills.find(({ verdict }) => verdict !== "passed");
  if (found === undefined) return undefined;
  const { title, verdict, objections } = found;
  const [why = "it did not pass"] = objections;
  return verdict === "refused" ? `${title} broke nothing, because all was not well before: ${why}` : `${title}: ${why}`;
}
