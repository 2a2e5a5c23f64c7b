import { ExitCode, StalePlanError } from "../errors.ts";
import { withoutSecrets } from "../inventory/extra-secrets.ts";
import { namesWithSecrets } from "../inventory/secret-schema.ts";
import type { TaskNode } from "../plan/task-node.ts";
import { requireKnown } from "./choose-tasks.ts";
import { type RunFlags, refuseContradictions, selectionOf } from "./flags.ts";
import { taskListCommand } from "./list-commands.ts";
import { comparisonReport, standardReport } from "./output.ts";
import { requireTargets } from "./publish.ts";
import { type RunHooks, runOnce } from "./run-command.ts";
import { type RunSetup, setUpRun } from "./run-setup.ts";
import {
  applyLine,
  flagsOf,
  inventoryHash,
  PlanCollector,
  type PlannedTask,
  planFlags,
  readPlan,
  refuseStale,
  requireSecrets,
  savePlan,
} from "./saved-plan.ts";
import type { VaultFlags } from "./vault/vault-flags.ts";
import { givesKeys, vaultKeys } from "./vault/vault-keys.ts";

/** `ts-play plan`: says what would change; with `--out` keeps it for `apply`. */
export async function planCommand(playbook: string, flags: RunFlags): Promise<number> {
  refuseContradictions(flags);
  await requireTargets(flags);
  const setup = await setUpRun(playbook, flags);
  requireKnown(setup.plan, selectionOf(flags), taskListCommand(playbook, flags));
  const { exitCode, tasks } = await collect(setup, flags);
  const complete = exitCode === ExitCode.done || exitCode === ExitCode.changesFound;
  if (flags.out !== undefined && complete) {
    const { kept, withheld } = await withoutSecrets(flags.extraVars, namesWithSecrets(setup.loaded.playbook.inventory));
    await savePlan(flags.out, {
      playbook: setup.loaded.file,
      playbookHash: setup.loaded.hash,
      inventoryHash: inventoryHash(setup.inventory),
      flags: planFlags({ ...flags, extraVars: kept }),
      withheld: [...withheld],
      tasks: [...tasks],
    });
    const vault = givesKeys(flags) ? ", with the vault passwords given again" : "";
    process.stderr.write(`plan saved; to carry it out: ${applyLine(flags.out, withheld)}${vault}\n`);
  }
  return exitCode;
}

/** `ts-play apply`: does what a saved plan says, and nothing else. Throws StalePlanError when it no longer fits. */
export async function applyCommand(file: string, given: Partial<RunFlags>): Promise<number> {
  const saved = await readPlan(file);
  const { extraVars = [], askPass, passwordFile, askBecomePass, becomePasswordFile, output, verbose = 0 } = given;
  const vault = vaultOf(given);
  await requireSecrets(file, saved, extraVars, vaultKeys(vault));
  const planned = flagsOf(saved);
  const secrets = {
    extraVars: [...planned.extraVars, ...extraVars],
    askPass,
    passwordFile,
    askBecomePass,
    becomePasswordFile,
    ...vault,
  };
  const flags = { ...planned, ...secrets, output, verbose } as RunFlags;
  const wanted: RunFlags = { ...flags, ...outcomeOf(given) };
  await requireTargets(wanted);
  const setup = await setUpRun(saved.playbook, flags);
  if (setup.loaded.hash !== saved.playbookHash) throw stale("the playbook has changed since the plan was made");
  if (inventoryHash(setup.inventory) !== saved.inventoryHash)
    throw stale("the inventory has changed since the plan was made");
  const { exitCode, tasks } = await collect(setup, flags, comparisonReport);
  if (exitCode !== ExitCode.done) {
    process.stderr.write("the hosts could not be compared with the plan; nothing was changed\n");
    return exitCode;
  }
  refuseStale(saved.tasks, tasks);
  return runOnce(setup, wanted, "apply", { permit: permitOnly(saved.tasks) });
}

const vaultOf = ({ vaultId = [], vaultPasswordFile = [], askVaultPass = false }: Partial<RunFlags>): VaultFlags => ({
  vaultId,
  vaultPasswordFile,
  askVaultPass,
});

/** The look at the hosts makes no report, only what is then done. */
const outcomeOf = ({ report = [], webhook, webhookFormat, webhookWhen = "always" }: Partial<RunFlags>) => ({
  report,
  webhook,
  webhookFormat,
  webhookWhen,
});

/** Looks at the hosts, and says what their tasks would do. */
export async function collect(
  setup: RunSetup,
  flags: RunFlags,
  reportFor = standardReport,
  hooks: RunHooks = {},
): Promise<{ exitCode: number; tasks: readonly PlannedTask[] }> {
  const collector = new PlanCollector();
  const exitCode = await runOnce(setup, flags, "check", { ...hooks, planned: collector.hear }, reportFor);
  return { exitCode, tasks: collector.tasks };
}

/** A task that the plan does not have must not take steps, whatever the host looks like by now. */
export function permitOnly(tasks: readonly PlannedTask[]) {
  const known = new Set(tasks.map(({ play, host, task }) => `${play} ${host} ${task}`));
  return (play: number, host: string, { id }: TaskNode): void => {
    if (!known.has(`${play} ${host} ${id}`)) throw stale(`${host}: ${id} wants a change that the plan does not have`);
  };
}

const stale = (message: string): StalePlanError =>
  new StalePlanError(message, { fix: "make a new plan and look at it" });
