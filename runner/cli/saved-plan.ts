import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { Secret, secretHash } from "../define/secret.ts";
import { alters, type Step } from "../define/step.ts";
import { InputError, StalePlanError } from "../errors.ts";
import { readExtraVarEntries } from "../inventory/extra-vars.ts";
import type { Inventory } from "../inventory/load.ts";
import { stepsDigest } from "../plan/step-digest.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { VaultKeys } from "../vault/keyring.ts";
import { defaultFlags, type RunFlags } from "./flags.ts";
import { version } from "./version.ts";

const taskSchema = z.object({ play: z.int(), host: z.string(), task: z.string(), digest: z.string() });

const planSchema = z.object({
  format: z.literal(1),
  version: z.string(),
  playbook: z.string(),
  playbookHash: z.string(),
  inventoryHash: z.string(),
  flags: z.record(z.string(), z.unknown()),
  /** Secret variables of `-e`, which are not kept and must be given again. */
  withheld: z.array(z.string()),
  tasks: z.array(taskSchema),
});

/** A plan on disk: what every host's tasks want to do, and what that was worked out from. */
export type SavedPlan = z.output<typeof planSchema>;
export type PlannedTask = z.output<typeof taskSchema>;

/** Hears what each task would do. */
export class PlanCollector {
  readonly tasks: PlannedTask[] = [];

  readonly hear = (play: number, host: string, { id }: TaskNode, steps: readonly Step[] | undefined): void => {
    if (steps === undefined || alters(steps))
      this.tasks.push({ play, host, task: id, digest: steps ? stepsDigest(steps) : "after apply" });
  };
}

/** A hash over all resolved values of an inventory. */
export function inventoryHash(inventory: Inventory): string {
  const hosts = [...inventory.hosts.values()].map(({ name, groups, vars }) => [
    name,
    groups,
    [...vars].map(([key, { value }]) => [key, value]),
  ]);
  return createHash("sha256").update(JSON.stringify(hosts, hashSecrets)).digest("hex");
}

/** All secrets are `***` to JSON; another one is another inventory. */
function hashSecrets(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const held = this[key];
  return held instanceof Secret ? secretHash(held) : value;
}

/** Writes a plan; only its owner can read it. */
export async function savePlan(file: string, plan: Omit<SavedPlan, "format" | "version">): Promise<void> {
  // A file that is there keeps its mode, and may be open to others.
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify({ format: 1, version, ...plan }, undefined, 2)}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  await rename(temporary, file);
}

/** Throws InputError when the file is not a plan. */
export async function readPlan(file: string): Promise<SavedPlan> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new InputError({ code: "PLN001", place: { file }, message: `cannot read the plan: ${cause.code}` }, cause);
  });
  const parsed = planSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new InputError({
    code: "PLN001",
    place: { file },
    message: "this is not a plan of ts-play",
    fix: "make one: ts-play plan <playbook> -i hosts.yaml -o plan.json",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told as "not a plan".
    return undefined;
  }
}

/** The flags that a plan was made with; only those that choose what is done are kept. */
export const planFlags = ({
  inventory,
  extraVars,
  limit,
  role,
  tags,
  skipTags,
  only,
  startAt,
  user,
  privateKey,
  become,
  knownHosts,
  connection,
  typeCheck,
}: RunFlags) => ({
  inventory: inventory.map(absolute),
  extraVars: extraVars.map((value) => (value.startsWith("@") ? `@${absolute(value.slice(1))}` : value)),
  limit,
  role,
  tags,
  skipTags,
  only,
  startAt,
  user,
  privateKey,
  become,
  knownHosts,
  connection,
  typeCheck,
});

/** A plan may be applied from another folder; `host1,host2,` is a list and no path. */
const absolute = (path: string): string => (path.includes(",") ? path : resolve(path));

/** The flags of a plan, filled up with the defaults. */
export const flagsOf = (plan: SavedPlan): RunFlags => ({ ...defaultFlags, ...plan.flags }) as RunFlags;

/** Throws InputError when a secret variable that the plan does not hold is not given. */
export async function requireSecrets(
  file: string,
  { withheld }: SavedPlan,
  given: readonly string[],
  keys: VaultKeys,
): Promise<void> {
  const known = await Promise.all(given.map(async (value) => [...(await readExtraVarEntries(value, keys)).keys()]));
  const missing = withheld.filter((name) => !known.flat().includes(name));
  if (missing.length === 0) return;
  throw new InputError({
    code: "PLN002",
    place: { file },
    message: `the plan was made with secret values that it does not hold: ${missing.join(", ")}`,
    fix: `give them again, in a file with mode 0600: ${applyLine(file, missing)}`,
  });
}

/** What to type to carry a plan out. */
export const applyLine = (file: string, withheld: readonly string[]): string =>
  `ts-play apply ${file}${withheld.length ? " -e @secrets.yaml" : ""}`;

/** Throws StalePlanError when what would be done now is not what the plan says. */
export function refuseStale(saved: readonly PlannedTask[], now: readonly PlannedTask[]): void {
  const differences = [
    ...missing(saved, now, "is not wanted any more"),
    ...missing(now, saved, "was not wanted then, or in another way"),
  ];
  if (differences.length === 0) return;
  const shown = [...new Set(differences)].slice(0, 10).join("\n  ");
  throw new StalePlanError(`the hosts are not as they were when this plan was made:\n  ${shown}`, {
    fix: "make a new plan and look at it",
  });
}

function missing(wanted: readonly PlannedTask[], among: readonly PlannedTask[], how: string): readonly string[] {
  const known = new Set(among.map(keyOf));
  return wanted.filter((task) => !known.has(keyOf(task))).map(({ host, task }) => `${host}: ${task} ${how}`);
}

const keyOf = ({ play, host, task, digest }: PlannedTask): string => `${play} ${host} ${task} ${digest}`;
