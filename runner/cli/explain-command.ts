import { ExitCode } from "../errors.ts";
import { loadInventory } from "../inventory/load.ts";
import { explainVar } from "../inventory/show.ts";
import type { TaskEnd } from "../report/event.ts";
import type { Report } from "../report/report.ts";
import { requireKnown } from "./choose-tasks.ts";
import { explainTask } from "./explain-task.ts";
import { type RunFlags, selectionOf } from "./flags.ts";
import { taskListCommand } from "./list-commands.ts";
import { requireInventory } from "./require-inventory.ts";
import { runOnce } from "./run-command.ts";
import { setUpRun } from "./run-setup.ts";
import { secretsOf } from "./secrets-of.ts";
import { unknownHost } from "./unknown-host.ts";
import { vaultForShowing } from "./vault/vault-keys.ts";

export interface ExplainFlags extends RunFlags {
  readonly playbook?: string;
}

/** `ts-play explain <host> <name>`: where a value comes from, or with `--playbook` what a task wants now and why. */
export async function explainCommand(host: string, name: string, flags: ExplainFlags): Promise<number> {
  return flags.playbook === undefined || isVariable(name)
    ? explainValue(host, name, flags)
    : explainTaskNow(flags.playbook, host, name, flags);
}

/** A task is called `role/operation subject`. */
const isVariable = (name: string): boolean => !name.includes("/");

async function explainValue(host: string, name: string, flags: ExplainFlags): Promise<number> {
  const { inventory: files, extraVars, playbook } = flags;
  requireInventory(files, "ts-play explain <host> <name> -i hosts.yaml");
  const secrets = await secretsOf(playbook);
  const inventory = await loadInventory({ files, extraVars, vault: vaultForShowing(flags) });
  const found = inventory.hosts.get(host);
  if (!found) throw unknownHost(host, inventory, files);
  process.stdout.write(`${explainVar(found, name, secrets)}\n`);
  return found.vars.has(name) ? ExitCode.done : ExitCode.badInput;
}

/** Looks at the host in check mode, because why a task wants something is told by what is there now. */
async function explainTaskNow(playbook: string, host: string, task: string, flags: RunFlags): Promise<number> {
  const setup = await setUpRun(playbook, { ...flags, limit: host });
  requireKnown(setup.plan, { ...selectionOf(flags), only: [task] }, taskListCommand(playbook, flags));
  const ends: TaskEnd[] = [];
  const listen: Report = {
    handle: (event) => {
      if (event.type === "task-end" && event.task === task) ends.push(event);
    },
    close: () => Promise.resolve(),
  };
  const exitCode = await runOnce(setup, { ...flags, diff: true }, "check", {}, () => listen);
  for (const end of ends)
    process.stdout.write(
      `${explainTask(end, setup.plan.plays.find(({ index }) => index === end.play)?.play.title ?? "")}\n`,
    );
  return ends.length ? ExitCode.done : exitCode;
}
