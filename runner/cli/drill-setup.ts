import { basename } from "node:path";
import type { Drill, Scenario } from "../define/drill.ts";
import type { InventoryOf } from "../define/inventory.ts";
import type { Secret } from "../define/secret.ts";
import { prepareClient } from "../drill/client/client.ts";
import type { StartClient } from "../drill/observation.ts";
import { InputError } from "../errors.ts";
import { bindContract } from "../inventory/contract.ts";
import { loadInventory } from "../inventory/load.ts";
import { fillSecrets } from "../inventory/secret-sources.ts";
import { targetOf } from "../inventory/target.ts";
import { placeOfThrow, whatWasThrown } from "../plan/place-of-throw.ts";
import type { Target } from "../transport/transport.ts";
import { thisMachine } from "./control-machine.ts";
import { argsFor, readPairs, refuseUnknownArgs } from "./drill-args.ts";
import type { RunFlags } from "./flags.ts";
import { graphCommand } from "./list-commands.ts";
import { type LoadedDrill, loadDrill } from "./load-playbook.ts";
import { requireInventory } from "./require-inventory.ts";
import { bothOrProblems, connectionFlags } from "./run-setup.ts";
import { askSources } from "./secret-sources.ts";
import { vaultKeys } from "./vault/vault-keys.ts";

export interface DrillFlags extends RunFlags {
  readonly arg?: readonly string[];
  readonly maxGapMs?: number;
  readonly victim?: string;
  readonly listArgs?: boolean;
  readonly markdown?: string;
}

/** One drill, and all that is known and checked before a host is contacted. */
export interface ReadyDrill {
  readonly title: string;
  readonly loaded: LoadedDrill;
  readonly scenario: Scenario;
  readonly startClient: StartClient;
}

export interface DrillSetup {
  readonly drills: readonly ReadyDrill[];
  readonly targetOf: (host: string) => Target;
  /** Values of the inventory that came out of a vault. */
  readonly secrets: readonly Secret[];
}

/** Loads the drills. Throws InputError with all that is wrong. */
export async function loadDrills(files: readonly string[], { typeCheck }: RunFlags): Promise<readonly LoadedDrill[]> {
  const loaded: LoadedDrill[] = [];
  for (const file of files) loaded.push(await loadDrill(file, { typeCheck }));
  return loaded;
}

/** Loads drills and inventory and checks them against each other. Throws InputError. */
export async function setUpDrills(files: readonly string[], flags: DrillFlags): Promise<DrillSetup> {
  requireInventory(flags.inventory, `ts-play drill ${files[0]} -i hosts.yaml`);
  const pairs = readPairs([
    ...(flags.arg ?? []),
    ...(flags.maxGapMs === undefined ? [] : [`maxGapMs=${flags.maxGapMs}`]),
  ]);
  const [loaded, read] = await bothOrProblems(
    loadDrills(files, flags),
    loadInventory({ files: flags.inventory, extraVars: flags.extraVars, vault: vaultKeys(flags) }),
  );
  refuseUnknownArgs(
    pairs,
    loaded.map(({ drill }) => drill),
  );
  let inventory = read;
  for (const { drill } of loaded) inventory = await fillSecrets(inventory, drill.inventory, askSources);
  const drills = await Promise.all(
    loaded.map(async (one, i) => {
      const bound = bindContract(inventory, one.drill.inventory);
      const scenario = scenarioOf(one.drill, files[i]!, bound, argsFor(one.drill, files[i]!, pairs));
      requireVictim(scenario, flags, files[i]!);
      return {
        title: titleOf(files[i]!),
        loaded: one,
        scenario,
        startClient: await prepareClient(scenario.watch, thisMachine),
      };
    }),
  );
  const connection = await connectionFlags(flags);
  const reach = (name: string) => targetOf(inventory.hosts.get(name)!, inventory, connection);
  return { drills, targetOf: reach, secrets: inventory.secrets };
}

const titleOf = (file: string): string => basename(file).replace(/\.[mc]?ts$/, "");

type Bound = InventoryOf<Drill["inventory"]["groups"], Drill["inventory"]["vars"]>;

function scenarioOf(drill: Drill, file: string, bound: Bound, args: object): Scenario {
  try {
    return drill.scenario({ ...bound, args });
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const place = placeOfThrow(cause, file);
    throw new InputError({ code: "PLY004", place, message: `the drill threw ${whatWasThrown(cause)}` }, cause);
  }
}

function requireVictim({ victim }: Scenario, { victim: named, inventory }: DrillFlags, file: string): void {
  const names = victim.among.map(({ name }) => name);
  if (names.length === 0 || (named !== undefined && !names.includes(named)))
    throw new InputError({
      code: "DRL002",
      place: { file },
      message:
        names.length === 0
          ? `group ${victim.among.name} has no host that could be broken`
          : `--victim ${named}: the drill breaks one of ${names.join(", ")}`,
      fix: `see ${graphCommand(inventory)}`,
    });
}
