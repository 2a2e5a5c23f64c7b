import type { Lab, LabHost } from "../../runner/lab/lab.ts";
import type { RunEvent } from "../../runner/report/event.ts";
import { type CutProxyOptions, startCutProxy } from "../transport/cut-proxy.ts";
import { bareHost, type HostState, stateOf, uncleanAfter } from "./host-state.ts";
import type { Injection, Traffic } from "./injection.ts";
import { falseSuccesses, wrongCount } from "./judge-tasks.ts";
import type { Project } from "./project.ts";
import { type Ended, tsPlay } from "./ts-play.ts";

const witness = "faulty/witness /srv/fault.witness";
/** Seconds for a connection; a link that has gone silent is given up after a few of these. The run that nothing breaks has longer. */
const timeouts = { broken: "2", whole: "20" };

/** One host with a project of its own, so that many can be broken side by side. */
export interface Bench {
  readonly lab: Lab;
  readonly host: LabHost;
  readonly project: Project;
}

/** What a run leaves that nothing breaks, and how many bytes that takes. */
export interface Standard {
  readonly state: HostState;
  readonly traffic: Traffic;
}

/** What became of a run that was broken. */
export interface Verdict {
  /** All that must not be; empty when the promises were kept. */
  readonly wrong: readonly string[];
  readonly exitCode: number | undefined;
  readonly durationMs: number;
  /** What the broken run printed. */
  readonly output: string;
}

/** Measures the run that nothing breaks. */
export async function standardOf(bench: Bench): Promise<Standard> {
  await bareHost(bench.lab, bench.host.address);
  const { ended, traffic } = await runThrough(bench, undefined);
  if (ended.exitCode !== 0) throw new Error(`the run fails without any fault:\n${ended.stdout}${ended.stderr}`);
  return { state: await stateOf(bench.lab, bench.host.address), traffic };
}

/** Breaks a run on a bare host, runs again without a fault, and judges both by what the host shows. */
export async function breakRun(bench: Bench, injection: Injection, { state: good }: Standard): Promise<Verdict> {
  const { lab, host, project } = bench;
  await bareHost(lab, host.address);
  const { ended } = await runThrough(bench, injection);
  const unclean = await uncleanAfter(lab, host.address);
  const broken = await stateOf(lab, host.address);
  const ends = project.taskEnds();
  const wrong = [
    ...falseSuccesses(ends, broken, good),
    ...wrongCount(ends.get(witness)?.state, 0, broken.witness),
    ...wrongRecord(project.journal(), ended),
    ...unclean.map((line) => `30 s after the broken run: ${line}`),
  ];
  const again = await tsPlay(project.folder, ["site.ts", "-i", await directInventory(bench)]);
  const [healed, left] = [await stateOf(lab, host.address), await uncleanAfter(lab, host.address)];
  return {
    wrong: [
      ...wrong,
      ...(again.exitCode === 0 ? [] : [`the next run ends with ${again.exitCode}:\n${again.stdout}${again.stderr}`]),
      ...differences(healed, good),
      ...wrongCount(project.taskEnds().get(witness)?.state, broken.witness, healed.witness),
      ...left.map((line) => `30 s after the next run: ${line}`),
    ],
    exitCode: ended.exitCode,
    durationMs: ended.durationMs,
    output: ended.stdout + ended.stderr,
  };
}

async function runThrough(bench: Bench, injection: Injection | undefined): Promise<{ ended: Ended; traffic: Traffic }> {
  const cut: CutProxyOptions["cut"] = injection && {
    ...injection,
    connections: injection.connections === "first" ? 1 : Number.POSITIVE_INFINITY,
  };
  const proxy = await startCutProxy({ host: bench.host.address, port: 22, cut });
  try {
    const inventory = await inventoryFor(bench, "proxy.yaml", "127.0.0.1", proxy.port);
    const ended = await tsPlay(bench.project.folder, [
      "site.ts",
      "-i",
      inventory,
      "--timeout",
      injection ? timeouts.broken : timeouts.whole,
    ]);
    return { ended, traffic: { ...proxy.bytes } };
  } finally {
    await proxy.stop();
  }
}

const directInventory = (bench: Bench): Promise<string> => inventoryFor(bench, "direct.yaml", bench.host.address, 22);

/** The proxy is an address of its own, so it needs a line of its own in known_hosts. */
async function inventoryFor({ lab, host, project }: Bench, name: string, address: string, port: number) {
  const key = (await import("node:fs/promises"))
    .readFile(lab.knownHostsFile, "utf8")
    .then((text) => text.split("\n").find((line) => line.startsWith(`${host.address} `)) ?? "");
  const known = (await key).replace(host.address, port === 22 ? address : `[${address}]:${port}`);
  const file = await project.write(`${name}.known_hosts`, `${known}\n`);
  const line = `{ ansible_host: "${address}", ansible_port: ${port}, ansible_user: root, ansible_ssh_private_key_file: ${lab.privateKeyFile}, known_hosts_file: ${file} }`;
  return project.write(name, `all:\n  hosts:\n    ${host.name}: ${line}\n`);
}

/** The record ends, and its last word is the exit code; the exit code says what happened. */
function wrongRecord(events: readonly RunEvent[], { exitCode, stdout, stderr }: Ended): readonly string[] {
  const end = events.find((event) => event.type === "run-end");
  const states = events.flatMap((event) => (event.type === "task-end" ? [event.state] : []));
  const bad = states.some((state) => ["failed", "unreachable", "unknown"].includes(state));
  return [
    ...(end?.exitCode === exitCode ? [] : [`the journal says exit code ${end?.exitCode}, it was ${exitCode}`]),
    ...(exitCode === 0 || exitCode === 4 ? [] : [`exit code ${exitCode}:\n${stdout}${stderr}`]),
    ...(exitCode === 0 && bad ? ["exit code 0, although tasks are not done"] : []),
    ...(/\n\s+at /.test(stderr) ? [`a stack trace:\n${stderr}`] : []),
  ];
}

function differences(host: HostState, good: HostState): readonly string[] {
  if (host.digest === good.digest) return [];
  const lines = new Set(good.digest.split("\n"));
  const own = new Set(host.digest.split("\n"));
  return [
    ...[...own].filter((line) => !lines.has(line)).map((line) => `after the next run there is: ${line}`),
    ...[...lines].filter((line) => !own.has(line)).map((line) => `after the next run there is not: ${line}`),
  ];
}
