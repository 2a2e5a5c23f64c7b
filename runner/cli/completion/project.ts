import { secret } from "../../define/secret.ts";
import { bindContract } from "../../inventory/contract.ts";
import { type Inventory, loadInventory } from "../../inventory/load.ts";
import { madeFor } from "../../inventory/refused.ts";
import { type AskSource, fillSecrets } from "../../inventory/secret-sources.ts";
import { planRun, playsOf, type RunPlan } from "../../plan/run-plan.ts";
import { playbookOfRole } from "../ad-hoc/role-playbook.ts";
import { tasksWithoutFacts } from "../choose-tasks.ts";
import { loadPlaybook } from "../load-playbook.ts";
import type { Candidate } from "./candidates.ts";
import type { Typed } from "./typed-words.ts";

/** What the playbook and the inventory on the command line know by name. */
export interface Project {
  readonly hosts: readonly Candidate[];
  readonly groups: readonly Candidate[];
  readonly roles: readonly Candidate[];
  readonly tags: readonly Candidate[];
  readonly tasks: readonly Candidate[];
}

const nothing: Project = { hosts: [], groups: [], roles: [], tags: [], tasks: [] };

/** Hosts of a play whose tasks are looked at: the others seldom have more. */
const MOST_HOSTS = 20;

/** Reads what there is to read: without a playbook hosts and groups, without an inventory nothing. */
export async function readProject({ given, operands, command }: Typed): Promise<Project> {
  const files = given.get("--inventory") ?? fromEnvironment();
  const inventory = await quietly(() => loadInventory({ files, extraVars: [], vault: "leave" }));
  if (inventory === undefined) return nothing;
  const names = namesIn(inventory);
  const first = command.registeredArguments[0]?.name() ?? "";
  const playbook = given.get("--playbook")?.at(-1) ?? (await usualPlaybook(first, operands));
  const plan = playbook === undefined ? undefined : await quietly(() => planOf(playbook, inventory));
  return { ...names, ...(plan && wordsOf(plan)) };
}

/** The playbook that the line names, or the one that `ts-play role` takes without being told. */
async function usualPlaybook(first: string, operands: readonly string[]): Promise<string | undefined> {
  if (/^(playbook|drill)$/.test(first)) return operands[0];
  return first === "role" ? quietly(() => playbookOfRole("", undefined)) : undefined;
}

const fromEnvironment = (): readonly string[] => {
  const { TS_PLAY_INVENTORY: file } = process.env;
  return file ? [file] : [];
};

function namesIn({ hosts, groups }: Inventory): Project {
  return {
    ...nothing,
    hosts: [...hosts.keys()].map((value) => ({ value })),
    groups: [...groups.values()].map(({ name, hosts: inside }) => ({
      value: name,
      about: `group of ${inside.length}`,
    })),
  };
}

/** Nothing is opened, asked or contacted: facts are those of a bare host, and what stays closed is stood in for. */
async function planOf(file: string, inventory: Inventory): Promise<RunPlan> {
  const { playbook } = await loadPlaybook(file);
  const filled = await fillSecrets(inventory, playbook.inventory, standIn, true);
  const bound = bindContract(filled, playbook.inventory);
  return planRun(
    madeFor(filled, () => playsOf(playbook, file, bound)),
    () => true,
  );
}

const standIn: AskSource = () => Promise.resolve({ value: secret("what is not opened here"), from: "completion" });

function wordsOf({ plays }: RunPlan): Pick<Project, "roles" | "tags" | "tasks"> {
  const calls = plays.flatMap((play) => [...play.calls.values()].flat());
  const nodes = plays.flatMap((play) =>
    play.batches
      .flat()
      .slice(0, MOST_HOSTS)
      .flatMap((host) => tasksWithoutFacts(play, host) ?? []),
  );
  const tags = [...nodes.flatMap((node) => node.tags), ...plays.flatMap(({ play }) => play.tags)];
  return {
    roles: distinct(calls.map(({ name }) => name)),
    tags: distinct(tags),
    tasks: distinct(nodes.map(({ id }) => id)),
  };
}

const distinct = (values: readonly string[]): readonly Candidate[] => [...new Set(values)].map((value) => ({ value }));

/** What is wrong is told by the command itself, not while it is typed. */
async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    // Half a word, half a file: there is nothing to propose.
    return undefined;
  }
}
