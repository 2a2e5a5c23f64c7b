import { appendFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { reveal } from "../define/secret.ts";
import { watchTitle } from "../define/watch.ts";
import { carryOutDrill } from "../drill/drill-run.ts";
import { ExitCode, InputError } from "../errors.ts";
import { namesWithSecrets } from "../inventory/secret-schema.ts";
import { drillMarkdown } from "../report/drill-markdown.ts";
import { DrillState } from "../report/drill-state.ts";
import type { RunEvent } from "../report/event.ts";
import { Journal } from "../report/journal.ts";
import { Redactor } from "../report/redact.ts";
import { argList } from "./drill-args.ts";
import { type DrillFlags, type DrillSetup, loadDrills, type ReadyDrill, setUpDrills } from "./drill-setup.ts";
import { interruptSignal } from "./interrupts.ts";
import { nearbyPath } from "./nearby-path.ts";
import { standardReport } from "./output.ts";
import { publishRun, requireTargets } from "./publish.ts";
import { EventRecorder } from "./recorder.ts";
import { fleetFor, runId } from "./run-command.ts";
import { showableCommand } from "./showable-command.ts";
import { stateDirectory } from "./state-directory.ts";
import { version } from "./version.ts";

/** `ts-play drill <file>...`: breaks, watches, mends; one drill after the other. Gives the exit code. */
export async function drillCommand(files: readonly string[], flags: DrillFlags): Promise<number> {
  if (flags.listArgs) {
    const loaded = await loadDrills(files, flags);
    const texts = loaded.map(({ file, drill }) => `${nearbyPath(file)}: ${drill.summary}\n${argList(drill)}\n`);
    process.stdout.write(texts.join("\n"));
    return ExitCode.done;
  }
  return runDrills(await setUpDrills(files, flags), flags);
}

async function runDrills(setup: DrillSetup, flags: DrillFlags): Promise<number> {
  // Told before anything is broken, and an earlier report stays until there is a new one.
  await requireTargets(flags);
  if (flags.markdown !== undefined) await appendFile(flags.markdown, "").catch(refuseReport(flags.markdown));
  const run = runId();
  const redactor = new Redactor(setup.secrets.map(reveal));
  const state = new DrillState();
  const journal = await Journal.open(await stateDirectory(dirname(setup.drills[0]!.loaded.file)), run, redactor);
  const keep = { handle: (event: RunEvent) => state.advance(event), close: async () => undefined };
  const recorder = new EventRecorder([standardReport(flags, "drill", redactor), keep], journal);
  const interrupt = interruptSignal(() =>
    recorder.emit({ type: "note", at: recorder.now(), level: "warning", message: INTERRUPTED }),
  );
  // Mending goes on after an interrupt, so the hosts are not told of it.
  const fleet = fleetFor(setup, flags, "drill", run, redactor, new AbortController().signal);
  recorder.emit(runStart(setup, flags, run));
  await recorder.commit();
  let exitCode: number = ExitCode.done;
  try {
    exitCode = await oneAfterTheOther(setup, flags, { fleet, recorder, signal: interrupt.signal });
    return exitCode;
  } finally {
    recorder.emit({ type: "run-end", at: recorder.now(), exitCode, durationMs: recorder.now() });
    interrupt.release();
    await fleet.close();
    await recorder.close();
    await publishRun(journal.file, flags);
    if (flags.markdown !== undefined)
      await writeFile(flags.markdown, redactor.redact(drillMarkdown(state))).catch(refuseReport(flags.markdown));
  }
}

const INTERRUPTED =
  "interrupted: what was broken is mended first (once more: leave at once; the host then mends itself in a while)";

interface Means {
  readonly fleet: ReturnType<typeof fleetFor>;
  readonly recorder: EventRecorder;
  readonly signal: AbortSignal;
}

/** Ends early when something could not be mended: the next drill would begin with a site that is not well. */
async function oneAfterTheOther({ drills }: DrillSetup, { victim }: DrillFlags, means: Means): Promise<number> {
  let worst: number = ExitCode.done;
  for (const [drill, ready] of drills.entries()) {
    if (means.signal.aborted) return ExitCode.interrupted;
    means.recorder.emit(drillStart(ready, drill, means.recorder.now()));
    const { startClient, scenario } = ready;
    const { result, exitCode } = await carryOutDrill(scenario, { ...means, drill, startClient, victim });
    worst = Math.max(worst, exitCode);
    if (!result.restored) break;
  }
  return worst;
}

function drillStart({ title, loaded, scenario }: ReadyDrill, drill: number, at: number): RunEvent {
  const { watch, held, faults, limits } = scenario;
  return {
    type: "drill-start",
    at,
    drill,
    title,
    summary: loaded.drill.summary,
    client: `${watchTitle(watch)} every ${watch.everyMs} ms`,
    held: held.when.title,
    members: held.by.map(({ name }) => name),
    faults: faults.map((fault) => fault.title),
    limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)),
  };
}

const runStart = ({ drills }: DrillSetup, flags: DrillFlags, run: string): RunEvent => ({
  type: "run-start",
  at: 0,
  run,
  startedAt: new Date().toISOString(),
  playbook: drills.map(({ loaded }) => nearbyPath(loaded.file)).join(" "),
  playbookFile: drills[0]!.loaded.file,
  playbookHash: drills[0]!.loaded.hash,
  inventory: flags.inventory,
  mode: "drill",
  plays: [],
  version,
  command: showableCommand(
    process.argv.slice(2),
    new Set(drills.flatMap(({ loaded }) => [...namesWithSecrets(loaded.drill.inventory)])),
  ),
});

const refuseReport = (file: string) => (cause: NodeJS.ErrnoException) => {
  const message = `the report cannot be written to ${file}: ${cause.code}`;
  throw new InputError({ code: "DRL004", message, fix: "correct the path or its permissions" }, cause);
};
