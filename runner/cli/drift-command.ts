import { dirname, resolve } from "node:path";
import { ExitCode } from "../errors.ts";
import type { RunDocument } from "../report/document/run-document.ts";
import { foldHistory, repairEntry } from "../report/drift/history.ts";
import { appendHistory, historyFile, readHistory } from "../report/drift/history-file.ts";
import { requireKnown } from "./choose-tasks.ts";
import { askToRepair, requireConfirmation } from "./confirm-repair.ts";
import { DriftCheckRun } from "./drift-check.ts";
import { driftReport, Listener } from "./drift-report.ts";
import { type RunFlags, refuseContradictions, selectionOf } from "./flags.ts";
import { withHistoryLock } from "./history-lock.ts";
import { taskListCommand } from "./list-commands.ts";
import { comparisonReport, standardReport } from "./output.ts";
import { collect, permitOnly } from "./plan-command.ts";
import { requireTargets } from "./publish.ts";
import { repairOf } from "./repair-scope.ts";
import { runOnce } from "./run-command.ts";
import { forHosts, type RunSetup, setUpRun } from "./run-setup.ts";
import { type PlannedTask, refuseStale } from "./saved-plan.ts";
import { stateDirectory } from "./state-directory.ts";

export interface DriftFlags extends RunFlags {
  readonly save?: boolean;
  readonly repair?: boolean;
  readonly yes?: boolean;
  /** Seconds that a run which is at work on a host is waited for. */
  readonly wait?: number;
}

/** `ts-play drift`: says what is not as the playbook says, and since when; with `--repair` mends just that. Gives the exit code. */
export async function driftCommand(playbook: string, given: DriftFlags): Promise<number> {
  const flags: DriftFlags = { ...given, diff: true, check: true };
  refuseContradictions(flags);
  requireConfirmation(flags);
  await requireTargets(flags);
  const setup = await setUpRun(playbook, flags);
  requireKnown(setup.plan, selectionOf(flags), taskListCommand(playbook, flags));
  const file = await historyOf(setup, flags);
  // A damaged history is told before hosts are asked.
  readHistory(file);
  const check = new DriftCheckRun(flags, file);
  const exitCode = await runOnce(setup, flags, "check", check.hooks, (...asked) =>
    driftReport(check.listener, ...asked),
  );
  const { document } = check;
  if (!flags.repair || document === undefined || exitCode === ExitCode.interrupted) return exitCode;
  return repair(setup, flags, { exitCode, document, tasks: check.tasks, file });
}

/** The history of this playbook on these files, wherever the command is given. */
async function historyOf({ loaded }: RunSetup, { inventory }: RunFlags): Promise<string> {
  const files = inventory.map((name) => (name.includes(",") ? name : resolve(name)));
  return historyFile(await stateDirectory(dirname(loaded.file)), loaded.file, files);
}

interface Checked {
  readonly exitCode: number;
  readonly document: RunDocument;
  readonly tasks: readonly PlannedTask[];
  readonly file: string;
}

/** Does what the check has reported, and nothing else, on the hosts that it could read. */
async function repair(setup: RunSetup, flags: DriftFlags, checked: Checked): Promise<number> {
  const { wanted, hosts, leftOut } = repairOf(checked, flags);
  if (wanted.length === 0 || !(await askToRepair(wanted.length, hosts, flags))) return checked.exitCode;
  const own = forHosts(setup, hosts);
  const quiet: RunFlags = { ...flags, check: false, report: [], webhook: undefined };
  const now = await collect(own, quiet, comparisonReport, { survey: true, leftOut });
  if (now.exitCode !== ExitCode.done) return now.exitCode;
  refuseStale(wanted, now.tasks);
  const listener = new Listener();
  const repaired = await runOnce(own, quiet, "apply", { leftOut, permit: permitOnly(wanted) }, (...asked) =>
    listener.before(standardReport(...asked)),
  );
  if (flags.save) await withHistoryLock(checked.file, () => recordRepair(listener.document(), checked.file));
  // What could not be read is not mended by mending the rest.
  return repaired === ExitCode.done && checked.exitCode !== ExitCode.changesFound ? checked.exitCode : repaired;
}

async function recordRepair(document: RunDocument, file: string): Promise<void> {
  const entry = repairEntry(document, foldHistory(readHistory(file)));
  if (entry.closed.length > 0) await appendHistory(file, entry);
}
