import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labDown, labUp } from "../runner/lab/lab.ts";
import { startCutProxy } from "../test/transport/cut-proxy.ts";
import { openAccount } from "./account.ts";
import { type Contestant, contestants } from "./contestants.ts";
import { type Fleet, makeFleet, nearHosts } from "./fleet.ts";
import { logs, made, project } from "./folders.ts";
import { addPython, freshHosts } from "./lab-hosts.ts";
import { runManyHosts } from "./many-hosts.ts";
import { accountName, measure } from "./measure.ts";
import { type Options, readOptions, type ScenarioName, usage } from "./options.ts";
import { makeWorkload } from "./render.ts";
import { report } from "./report.ts";
import { mergeRows, type Row, readRows, writeRows } from "./results.ts";
import { runRounds } from "./rounds.ts";
import { runStartUp } from "./start-up.ts";

const labName = "bench";
/** Half of a round trip of 50 ms. */
const oneWayMs = 25;

const log = (line: string): void => {
  process.stdout.write(`${new Date().toTimeString().slice(0, 8)} ${line}\n`);
};

/** The benchmark, or how it is called. */
export async function main(argv: readonly string[]): Promise<void> {
  const options = askedFor(argv);
  if (options !== undefined) await measureAll(options, argv);
}

/** Undefined after help was given, or what is wrong was told. */
function askedFor(argv: readonly string[]): Options | undefined {
  try {
    if (!argv.includes("--help") && !argv.includes("-h")) return readOptions(argv);
    process.stdout.write(usage);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 1;
  }
  return undefined;
}

/** Measures, writes bench/results.md, and takes its lab down. */
async function measureAll(options: Options, argv: readonly string[]): Promise<void> {
  const run = new Date().toISOString();
  rmSync(made, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  makeWorkload();
  stopOnSignals();
  let rows = options.keep ? readRows() : [];
  try {
    for (const scenario of options.only) {
      const measured = await runScenario(scenario, options);
      rows = mergeRows(
        rows,
        measured.map((row) => ({ ...row, run })),
      );
      writeRows(rows);
      writeFileSync(join(project, "bench", "results.md"), report(rows, everybody(options), { argv, run }));
    }
  } finally {
    if (!options.keepLab) await labDown({ name: labName });
  }
  log("bench/results.md is written");
}

/** What was started does not outlive the benchmark: neither the contestant that runs now nor the hosts. */
function stopOnSignals(): void {
  const stop = async () => {
    await openAccount(accountName).close();
    await labDown({ name: labName });
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
}

/** Those that were asked for; ts-play always takes part. */
const taking = (options: Options): readonly Contestant[] =>
  everybody(options).filter(
    ({ name }) => options.peers.length === 0 || name === "ts-play" || options.peers.includes(name),
  );

const everybody = ({ program, peersFolder }: Options): readonly Contestant[] =>
  contestants({ program, peers: peersFolder });

async function runScenario(scenario: ScenarioName, options: Options): Promise<readonly Row[]> {
  const { program, peersFolder, reps } = options;
  if (scenario === "start-up") return runStartUp({ program, peersFolder, reps, log });
  const count = scenario.endsWith("-10") ? 10 : 1;
  const lab = await labUp({ name: labName, hosts: hostNames(count), log });
  if (scenario === "hosts-500") return runManyHosts({ lab, program, reps: Math.min(reps, 3), log });
  const near = makeFleet(lab, scenario, nearHosts(lab, count));
  if (scenario === "no-op-1-far") return farRounds(near, options);
  return compare(scenario, near, options);
}

const hostNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${labName}${index + 1}`);

/** The same host, seen through a proxy that holds every byte for half a round trip. */
async function farRounds(near: Fleet, options: Options): Promise<readonly Row[]> {
  const [host] = near.hosts;
  const proxy = await startCutProxy({ host: host!.address, port: 22, delayMs: oneWayMs });
  try {
    const far = makeFleet(near.lab, "far", [{ ...host!, address: "127.0.0.1", port: proxy.port }]);
    return await compare("no-op-1-far", far, options, near);
  } finally {
    await proxy.stop();
  }
}

async function compare(scenario: ScenarioName, fleet: Fleet, options: Options, near = fleet): Promise<readonly Row[]> {
  const all = taking(options);
  const installed = all.filter((contestant) => contestant.installed);
  const missing = all.filter((contestant) => !contestant.installed);
  const fresh = scenario.startsWith("first");
  if (!fresh) await prepare(near, installed);
  const { reps, slowReps } = options;
  const rows = await runRounds({ scenario, fleet, contestants: installed, reps, slowReps, fresh, log });
  return [
    ...rows,
    ...missing.map(({ name }) => ({ scenario, contestant: name, samples: [], remark: "not installed" })),
  ];
}

/** Brings hosts to the wanted state with the plainest script, and lets everybody load what is cached. */
async function prepare(fleet: Fleet, installed: readonly Contestant[]): Promise<void> {
  const hosts = fleet.hosts.map(({ bench_name }) => bench_name);
  await freshHosts(fleet.lab, hosts, false);
  if (installed.some(({ needsPython }) => needsPython)) await addPython(fleet.lab, hosts);
  const naive = contestants({ program: "", peers: "" }).find(({ name }) => name === "ssh-naive")!;
  for (const contestant of [naive, ...installed.filter(({ slow }) => !slow)]) {
    const { exitCode, output } = await measure(
      contestant.invocation(fleet),
      join(logs, `prepare-${contestant.name}.log`),
    );
    if (exitCode !== 0) throw new Error(`${contestant.name} could not prepare the hosts:\n${output.slice(-2000)}`);
  }
}
