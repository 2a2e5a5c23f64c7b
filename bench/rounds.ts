import { join } from "node:path";
import type { Contestant } from "./contestants.ts";
import type { Fleet } from "./fleet.ts";
import { logs } from "./folders.ts";
import { freshHosts, stateHash, stateOf } from "./lab-hosts.ts";
import { measure } from "./measure.ts";
import type { ScenarioName } from "./options.ts";
import type { Row, Sample } from "./results.ts";

export interface Rounds {
  readonly scenario: ScenarioName;
  readonly fleet: Fleet;
  readonly contestants: readonly Contestant[];
  readonly reps: number;
  readonly slowReps: number;
  /** Fresh hosts before each run, all tasks to do; else hosts that are as they should be, and nothing to do. */
  readonly fresh: boolean;
  readonly log: (line: string) => void;
}

/** Lets the contestants run by turns, so that whatever else this machine does meets all of them alike. */
export async function runRounds(rounds: Rounds): Promise<readonly Row[]> {
  const { scenario, contestants, reps, slowReps } = rounds;
  const samples = new Map<string, Sample[]>();
  const remarks = new Map<string, string>();
  const states = new Map<string, string>();
  for (let rep = 1; rep <= reps; rep++) {
    for (const contestant of contestants.filter(({ slow }) => !slow || rep <= slowReps)) {
      const { name } = contestant;
      if (remarks.has(name)) continue;
      const { sample, remark } = await runOnce(rounds, contestant, `${scenario}-${name}-${rep}`, states);
      rounds.log(`${scenario.padEnd(12)} ${name.padEnd(12)} ${rep}: ${describe(sample)}${remark ? ` ${remark}` : ""}`);
      samples.set(name, [...(samples.get(name) ?? []), sample]);
      if (remark) remarks.set(name, remark);
    }
  }
  return contestants.map(({ name }) => ({
    ...{ scenario, contestant: name },
    ...{ samples: samples.get(name) ?? [], remark: remarks.get(name) },
  }));
}

async function runOnce(
  { fleet, fresh }: Rounds,
  contestant: Contestant,
  logName: string,
  states: Map<string, string>,
): Promise<{ sample: Sample; remark: string | undefined }> {
  const hosts = fleet.hosts.map(({ bench_name }) => bench_name);
  if (fresh) await freshHosts(fleet.lab, hosts, contestant.needsPython);
  const { output, exitCode, ...sample } = await measure(
    contestant.invocation(fleet),
    join(logs, `${logName}.log`),
    fleet.lab,
    hosts,
  );
  const changes = contestant.changes(output);
  const remark =
    exitCode !== 0
      ? `exit code ${exitCode}, see ${logName}.log`
      : changes.length !== hosts.length
        ? `${changes.length} of ${hosts.length} hosts ended well, see ${logName}.log`
        : fresh
          ? await compareStates(fleet, hosts, states)
          : changes.some((count) => count > 0)
            ? `it changed something (${changes.join(" ")}), see ${logName}.log`
            : undefined;
  return { sample, remark };
}

/** All contestants must leave the same, or they have not done the same work. */
async function compareStates(
  { lab }: Fleet,
  hosts: readonly string[],
  states: Map<string, string>,
): Promise<string | undefined> {
  const found = await Promise.all(hosts.map(async (host) => [host, await stateOf(lab, host)] as const));
  const other = found.find(([host, state]) => states.has(host) && states.get(host) !== state);
  for (const [host, state] of found) if (!states.has(host)) states.set(host, state);
  return other && `it left another state on ${other[0]}: ${firstDifference(states.get(other[0])!, other[1])}`;
}

function firstDifference(expected: string, found: string): string {
  const wanted = expected.split("\n");
  const at = found.split("\n").findIndex((line, index) => line !== wanted[index]);
  return `${JSON.stringify(found.split("\n")[at])} instead of ${JSON.stringify(wanted[at])} (state ${stateHash(found)})`;
}

const describe = ({ wallSeconds, cpuSeconds, hostsCpuSeconds, peakBytes, load }: Sample): string =>
  `wall ${wallSeconds.toFixed(2)} s, cpu ${cpuSeconds.toFixed(2)} s, hosts' cpu ${hostsCpuSeconds.toFixed(2)} s, ` +
  `peak ${(peakBytes / 1e6).toFixed(0)} MB, load ${load.toFixed(1)}`;
