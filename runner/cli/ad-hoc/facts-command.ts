import { RealFleet } from "../../engine/fleet.ts";
import { forEachLimited } from "../../engine/pool.ts";
import { ExitCode } from "../../errors.ts";
import { escapeUnsafe } from "../../report/json-line.ts";
import { refuseUnknown } from "../choose-tasks.ts";
import { thisMachine } from "../control-machine.ts";
import type { RunFlags } from "../flags.ts";
import { interruptSignal } from "../interrupts.ts";
import { transportsHere } from "../transports.ts";
import { type AdHocSetup, setUpAdHoc } from "./ad-hoc-setup.ts";
import { factsTable } from "./facts-table.ts";
import { askFacts, type Facts, factNames, type HostFacts } from "./host-facts.ts";

export interface FactsFlags extends Omit<RunFlags, "output"> {
  readonly output: "table" | "json" | undefined;
  readonly fact: readonly string[];
}

/** `ts-play facts`: what hosts are, asked now. Changes nothing, takes no lock and is not recorded. Gives the exit code. */
export async function factsCommand(pattern: string, flags: FactsFlags): Promise<number> {
  refuseUnknown("fact", flags.fact, new Set(factNames), `one of ${factNames.join(", ")}`);
  const names = flags.fact.length > 0 ? (flags.fact as readonly (keyof Facts)[]) : factNames;
  const setup = await setUpAdHoc(pattern, { ...flags, output: undefined }, "ts-play facts -i hosts.yaml");
  const interrupt = interruptSignal((line) => process.stderr.write(`${line}\n`));
  const all = await askAll(setup, flags, names, interrupt.signal).finally(interrupt.release);
  const text = flags.output === "json" ? asJson(all) : factsTable(all, names).join("\n");
  process.stdout.write(setup.redactor.redact(`${text}\n`));
  if (interrupt.signal.aborted) return ExitCode.interrupted;
  if (all.some(({ state }) => state === "unreachable")) return ExitCode.unreachable;
  return all.some(({ state }) => state === "failed") ? ExitCode.taskFailed : ExitCode.done;
}

async function askAll(
  { hosts, targetOf, redactor }: AdHocSetup,
  { forks, timeout }: FactsFlags,
  names: readonly (keyof Facts)[],
  signal: AbortSignal,
): Promise<readonly HostFacts[]> {
  const fleet = new RealFleet({
    transport: transportsHere(timeout),
    targetOf,
    signal,
    here: thisMachine,
    lockOwner: undefined,
    redact: (text) => redactor.redact(text),
    onSecret: (text) => redactor.add(text),
    keepOutput: false,
  });
  const found = new Map<string, HostFacts>();
  try {
    await forEachLimited(hosts, forks, async (host) => {
      found.set(host, await askFacts(fleet, host, names));
      await fleet.release(host);
    });
  } finally {
    await fleet.close();
  }
  return hosts.flatMap((host) => found.get(host) ?? []);
}

/** An object with a member for each host. */
const asJson = (all: readonly HostFacts[]): string =>
  escapeUnsafe(
    JSON.stringify(
      Object.fromEntries(
        all.map(({ host, ...rest }) => [
          host,
          rest.state === "ok" ? rest : { state: rest.state, message: rest.failure.message, fix: rest.failure.fix },
        ]),
      ),
      undefined,
      2,
    ),
  );
