import type { Host } from "../define/host.ts";
import { InputError } from "../errors.ts";
import { bindContract } from "../inventory/contract.ts";
import { type Inventory, loadInventory } from "../inventory/load.ts";
import { selectHosts } from "../inventory/pattern.ts";
import { madeFor } from "../inventory/refused.ts";
import { fillSecrets } from "../inventory/secret-sources.ts";
import { type TargetFlags, targetOf } from "../inventory/target.ts";
import { planRun, playsOf, type RunPlan } from "../plan/run-plan.ts";
import { keyFileProblem } from "../transport/ssh/private-key.ts";
import type { Target } from "../transport/transport.ts";
import { refuseUnknown } from "./choose-tasks.ts";
import type { RunFlags } from "./flags.ts";
import { hostLists } from "./host-lists.ts";
import { graphCommand, taskListCommand } from "./list-commands.ts";
import { type LoadedPlaybook, loadPlaybook } from "./load-playbook.ts";
import { retryHosts } from "./past-runs.ts";
import { askSecret } from "./prompt.ts";
import { requireInventory } from "./require-inventory.ts";
import { askSources } from "./secret-sources.ts";
import { tellNotes } from "./tell-notes.ts";
import { vaultKeys } from "./vault/vault-keys.ts";

/** Everything that is known, and checked, before a host is contacted. */
export interface RunSetup {
  readonly loaded: LoadedPlaybook;
  readonly inventory: Inventory;
  readonly plan: RunPlan;
  readonly targetOf: (host: string) => Target;
}

/** The same for some of its hosts. */
export function forHosts(setup: RunSetup, wanted: ReadonlySet<string>): RunSetup {
  const { plan } = setup;
  const plays = plan.plays
    .map((planned) => ({
      ...planned,
      batches: planned.batches
        .map((batch) => batch.filter(({ name }) => wanted.has(name)))
        .filter((batch) => batch.length > 0),
      calls: new Map([...planned.calls].filter(([host]) => wanted.has(host))),
    }))
    .filter(({ batches }) => batches.length > 0);
  return { ...setup, plan: { ...plan, plays, hosts: plan.hosts.filter(({ name }) => wanted.has(name)) } };
}

/** Loads and checks playbook and inventory against each other. Throws InputError with all that is wrong. */
export async function setUpRun(file: string, flags: RunFlags): Promise<RunSetup> {
  requireInventory(flags.inventory, `ts-play ${file} -i hosts.yaml`);
  const [loaded, read] = await bothOrProblems(
    loadPlaybook(file, { typeCheck: flags.typeCheck && !flags.listHosts && !flags.listTasks }),
    loadInventory({ files: flags.inventory, extraVars: flags.extraVars, vault: vaultKeys(flags) }),
  );
  tellNotes(read);
  const inventory = await fillSecrets(read, loaded.playbook.inventory, askSources);
  const bound = bindContract(inventory, loaded.playbook.inventory);
  const wanted = await wantedHosts(inventory, flags, loaded);
  const plays = madeFor(inventory, () => playsOf(loaded.playbook, file, bound));
  const isWanted = ({ name }: Host) => wanted.has(name);
  refuseUnknown("role", flags.role, roleNames(planRun(plays, isWanted)), taskListCommand(loaded.file, flags));
  const plan = planRun(plays, isWanted, flags.role);
  if (plan.plays.length === 0) throw nothingToDo(flags);
  const connection = await connectionFlags(flags);
  return { loaded, inventory, plan, targetOf: (name) => targetOf(inventory.hosts.get(name)!, inventory, connection) };
}

/** Problems of both are told in one go. */
export async function bothOrProblems<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [one, other] = await Promise.allSettled([first, second]);
  const reasons = [one, other].flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const bug = reasons.find((reason) => !(reason instanceof InputError));
  if (bug) throw bug;
  if (reasons.length) throw new InputError(reasons.flatMap((reason) => (reason as InputError).problems));
  return [(one as PromiseFulfilledResult<A>).value, (other as PromiseFulfilledResult<B>).value];
}

async function wantedHosts(
  inventory: Inventory,
  { limit }: RunFlags,
  { file }: LoadedPlaybook,
): Promise<ReadonlySet<string>> {
  if (limit === undefined) return new Set(inventory.hosts.keys());
  return new Set(selectHosts(inventory, limit, await hostLists(limit, () => retryHosts(file))));
}

const roleNames = ({ plays }: RunPlan): ReadonlySet<string> =>
  new Set(plays.flatMap(({ calls }) => [...calls.values()].flat().flatMap(({ name, role }) => [name, role])));

const nothingToDo = ({ limit, inventory }: RunFlags): InputError =>
  new InputError({
    code: "CLI004",
    message: limit === undefined ? "no play has a host" : `no play has a host that matches --limit ${limit}`,
    fix: `see which host is in which group: ${graphCommand(inventory)}`,
  });

/** What the command line says about connections; asks for passwords. Throws InputError. */
export async function connectionFlags(flags: RunFlags): Promise<TargetFlags> {
  const badKey = flags.privateKey === undefined ? undefined : await keyFileProblem(flags.privateKey);
  if (badKey) throw new InputError(badKey);
  const password = await askSecret("login password", {
    ask: flags.askPass,
    file: flags.passwordFile,
    fileFlag: "--password-file",
  });
  const becomePassword = await askSecret("sudo password", {
    ask: flags.askBecomePass,
    file: flags.becomePasswordFile,
    fileFlag: "--become-password-file",
  });
  return {
    user: flags.user,
    privateKeyFile: flags.privateKey,
    become: flags.become,
    knownHostsFile: flags.knownHosts,
    connection: flags.connection,
    password,
    becomePassword,
  };
}
