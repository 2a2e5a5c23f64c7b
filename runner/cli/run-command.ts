import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { dirname } from "node:path";
import { reveal } from "../define/secret.ts";
import { type Fleet, RealFleet } from "../engine/fleet.ts";
import { carryOut, type RunOptions } from "../engine/run.ts";
import { ExitCode } from "../errors.ts";
import { namesWithSecrets } from "../inventory/secret-schema.ts";
import { stepSecrets } from "../plan/step-secrets.ts";
import type { Mode, RunEvent } from "../report/event.ts";
import { Journal } from "../report/journal.ts";
import { Redactor } from "../report/redact.ts";
import type { Report } from "../report/report.ts";
import { choiceHash } from "./choice-hash.ts";
import { requireKnown, TaskChooser } from "./choose-tasks.ts";
import { thisMachine } from "./control-machine.ts";
import { type RunFlags, refuseContradictions, selectionOf } from "./flags.ts";
import { interruptSignal } from "./interrupts.ts";
import { taskListCommand } from "./list-commands.ts";
import { hostList, taskList } from "./lists.ts";
import { nearbyPath } from "./nearby-path.ts";
import { standardReport } from "./output.ts";
import { finishedPlays, playOnHost } from "./past-runs.ts";
import { publishRun, requireTargets } from "./publish.ts";
import { EventRecorder } from "./recorder.ts";
import { type RunSetup, setUpRun } from "./run-setup.ts";
import { changeShower } from "./show-changes.ts";
import { showableCommand } from "./showable-command.ts";
import { stateDirectory } from "./state-directory.ts";
import { transportsHere } from "./transports.ts";
import { version } from "./version.ts";

/**
 * `ts-play <playbook>`: brings the hosts to the wanted state, or says with `--check` what that would take. `inspect` may
 * still refuse what was set up. Gives the exit code.
 */
export async function runCommand(
  playbook: string,
  flags: RunFlags,
  inspect: (setup: RunSetup) => void = () => undefined,
): Promise<number> {
  refuseContradictions(flags);
  await requireTargets(flags);
  const setup = await setUpRun(playbook, flags);
  inspect(setup);
  const selection = selectionOf(flags);
  requireKnown(setup.plan, selection, taskListCommand(playbook, flags));
  if (flags.listHosts || flags.listTasks) {
    process.stdout.write(`${flags.listHosts ? hostList(setup.plan) : taskList(setup.plan, selection)}\n`);
    return ExitCode.done;
  }
  const finished = flags.resume
    ? await finishedPlays(setup.loaded.file, setup.loaded.hash, choiceHash(setup, flags))
    : new Set<string>();
  const mode = flags.check ? "check" : "apply";
  return runOnce(setup, flags, mode, { finished: (play, host) => finished.has(playOnHost(play, host)) });
}

/** What can be asked of a run beside its flags. */
export interface RunHooks
  extends Partial<Pick<RunOptions, "finished" | "planned" | "permit" | "survey" | "leftOut" | "waitMs">> {
  /** Judges the run before its end is recorded: gives the exit code, and what is to be recorded beside it. */
  readonly conclude?: (exitCode: number, redactor: Redactor) => Promise<Conclusion>;
}

export interface Conclusion {
  readonly exitCode: number;
  readonly event?: RunEvent;
}

/** One run over the hosts, reported and recorded. Gives the exit code. */
export async function runOnce(
  setup: RunSetup,
  flags: RunFlags,
  mode: Mode,
  hooks: RunHooks,
  reportFor: (flags: RunFlags, mode: Mode, redactor: Redactor) => Report = standardReport,
): Promise<number> {
  const run = runId();
  const redactor = new Redactor(setup.inventory.secrets.map(reveal));
  const journal = await Journal.open(await stateDirectory(dirname(setup.loaded.file)), run, redactor);
  const recorder = new EventRecorder([reportFor(flags, mode, redactor)], journal);
  const interrupt = interruptSignal((message) =>
    recorder.emit({ type: "note", at: recorder.now(), level: "warning", message }),
  );
  const fleet = fleetFor(setup, flags, mode, run, redactor, interrupt.signal);
  recorder.emit(runStart(setup, flags, mode, run));
  await recorder.commit();
  const { conclude, ...asked } = hooks;
  let exitCode: number = ExitCode.done;
  try {
    const chooser = new TaskChooser(selectionOf(flags));
    exitCode = await carryOut(setup.plan, fleet, {
      mode,
      forks: flags.forks,
      signal: interrupt.signal,
      recorder,
      here: thisMachine,
      leftOut: (nodes, play, host) => chooser.leftOut(nodes, play, host),
      finished: () => false,
      show: changeShower(flags.diff),
      ...asked,
      // Also what is only planned may show in the diff of another task.
      planned: (play, host, node, steps) => {
        for (const text of steps?.flatMap(stepSecrets) ?? []) redactor.add(text);
        asked.planned?.(play, host, node, steps);
      },
    });
    if (exitCode === ExitCode.done && flags.exitCode && recorder.changes > 0) exitCode = ExitCode.changesFound;
    const conclusion = await conclude?.(exitCode, redactor);
    if (conclusion?.event) recorder.emit({ ...conclusion.event, at: recorder.now() });
    exitCode = conclusion?.exitCode ?? exitCode;
    return exitCode;
  } finally {
    recorder.emit({ type: "run-end", at: recorder.now(), exitCode, durationMs: recorder.now() });
    interrupt.release();
    await fleet.close();
    await recorder.close();
    await publishRun(journal.file, flags);
  }
}

/** The hosts of a run; in every mode but check each is locked. */
export function fleetFor(
  setup: Pick<RunSetup, "targetOf">,
  flags: Pick<RunFlags, "timeout" | "verbose">,
  mode: Mode,
  run: string,
  redactor: Redactor,
  signal: AbortSignal,
): Fleet {
  const owner = `run ${run} of ${userInfo().username}@${hostname()}, process ${process.pid}, since ${new Date().toISOString()}`;
  return new RealFleet({
    transport: transportsHere(flags.timeout),
    targetOf: setup.targetOf,
    signal,
    lockOwner: mode === "check" ? undefined : owner,
    here: thisMachine,
    redact: (text) => redactor.redact(text),
    onSecret: (text) => redactor.add(text),
    keepOutput: flags.verbose >= 2,
  });
}

const runStart = ({ loaded, plan, inventory }: RunSetup, flags: RunFlags, mode: Mode, run: string): RunEvent => ({
  type: "run-start",
  at: 0,
  run,
  startedAt: new Date().toISOString(),
  playbook: nearbyPath(loaded.file),
  playbookFile: loaded.file,
  playbookHash: loaded.hash,
  choiceHash: choiceHash({ inventory }, flags),
  inventory: flags.inventory,
  mode,
  plays: plan.plays.map(({ index, play, batches }) => ({
    play: index,
    title: play.title,
    hosts: batches.flat().map(({ name }) => name),
  })),
  version,
  command: showableCommand(process.argv.slice(2), namesWithSecrets(loaded.playbook.inventory)),
});

/** Sorts by time: `20260214-093000-1f2e3d`. */
export function runId(): string {
  const [date, time] = new Date().toISOString().replace(/[-:]/g, "").split("T") as [string, string];
  return `${date}-${time.slice(0, 6)}-${randomBytes(3).toString("hex")}`;
}
