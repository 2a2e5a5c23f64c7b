import { cpus, release, totalmem } from "node:os";
import type { Contestant } from "./contestants.ts";
import { type ScenarioName, scenarioNames } from "./options.ts";
import { median, type Row, type Sample } from "./results.ts";
import { targets } from "./targets.ts";

const titles: Readonly<Record<ScenarioName, string>> = {
  "no-op-1": "Nothing to do, 1 host",
  "no-op-1-far": "Nothing to do, 1 host, 50 ms round trip",
  "no-op-10": "Nothing to do, 10 hosts",
  "first-1": "First run, 1 host (100 changes)",
  "first-10": "First run, 10 hosts (1000 changes)",
  "hosts-500": "500 hosts of the inventory (addresses of one sshd), 20 tasks each, nothing to do",
  "start-up": "Start-up",
};

interface ThisRun {
  readonly argv: readonly string[];
  /** When it was started. */
  readonly run: string;
}

/** The text of bench/results.md. */
export const report = (rows: readonly Row[], contestants: readonly Contestant[], { argv, run }: ThisRun): string =>
  [
    "# Benchmark: results",
    "",
    `Made by \`npm run bench -- ${argv.join(" ")}\` on ${run.slice(0, 10)}; see [README.md](README.md) for what is measured.`,
    "",
    machine(),
    "",
    ...contestants.map(({ name, about }) => `- **${name}**: ${about}`),
    "",
    "## Targets",
    "",
    ...targetTable(rows),
    ...scenarioNames.flatMap((scenario) => section(scenario, rowsOf(scenario, rows, contestants), run)),
    "",
  ].join("\n");

const machine = (): string =>
  `Machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, ` +
  `Node ${process.versions.node}. Controller and hosts share it, and other work ran on it: compare ratios within a table, not seconds.`;

const targetTable = (rows: readonly Row[]): readonly string[] => [
  "| target | measured | met |",
  "|---|---|---|",
  ...targets(rows).map(({ title, measured, met }) => `| ${title} | ${measured ?? "not measured"} | ${verdict(met)} |`),
];

const verdict = (met: boolean | undefined): string => (met === undefined ? "-" : met ? "yes" : "**no**");

/** In the order of the contestants, whenever they were measured. */
function rowsOf(scenario: ScenarioName, rows: readonly Row[], contestants: readonly Contestant[]): readonly Row[] {
  const rank = ({ contestant }: Row) => contestants.findIndex(({ name }) => name === contestant);
  return rows.filter((row) => row.scenario === scenario).sort((a, b) => rank(a) - rank(b));
}

function section(scenario: ScenarioName, rows: readonly Row[], run: string): readonly string[] {
  if (rows.length === 0) return [];
  const base = rows.find(({ contestant }) => contestant === "ts-play");
  const loads = rows.flatMap(({ samples }) => samples.map(({ load }) => load));
  return [
    "",
    `## ${titles[scenario]}`,
    "",
    "| | wall s: median (min..max) | wall ÷ ts-play | controller CPU s | CPU ÷ ts-play | hosts' CPU s | hosts' CPU ÷ ts-play | peak MB | runs | remark |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...rows.map((row) => line(row, base, run)),
    "",
    `The machine's load when the runs started: ${range(loads)}.`,
  ];
}

function line(row: Row, base: Row | undefined, run: string): string {
  const { contestant, samples } = row;
  if (samples.length === 0) return `| ${contestant} | | | | | | | | 0 | ${notes(row, run)} |`;
  const pair = (value: (sample: Sample) => number) => {
    const own = median(samples.map(value));
    return `${digits(own)} | ${base && base.samples.length > 0 ? digits(own / median(base.samples.map(value))) : "-"}`;
  };
  const walls = samples.map(({ wallSeconds }) => wallSeconds);
  const [wall, wallRatio] = pair(({ wallSeconds }) => wallSeconds).split(" | ");
  return `| ${[
    contestant,
    `${wall} (${range(walls)})`,
    wallRatio,
    pair(({ cpuSeconds }) => cpuSeconds),
    pair(({ hostsCpuSeconds }) => hostsCpuSeconds),
    (median(samples.map(({ peakBytes }) => peakBytes)) / 1e6).toFixed(0),
    samples.length,
    notes(row, run),
  ].join(" | ")} |`;
}

function notes({ samples, remark, run: measuredIn }: Row, run: string): string {
  const loop = samples.flatMap(({ loopP99Ms = [] }) => loopP99Ms);
  const own = samples.flatMap(({ loopOwnP99Ms = [] }) => loopOwnP99Ms);
  return [
    ...(loop.length > 0
      ? [`event-loop delay p99 ${digits(median(loop))} ms, by its own work ${digits(median(own))} ms`]
      : []),
    ...(measuredIn === run ? [] : ["measured in an earlier run"]),
    ...(remark ? [remark] : []),
  ].join("; ");
}

const range = (values: readonly number[]): string =>
  values.length === 0 ? "-" : `${digits(Math.min(...values))}..${digits(Math.max(...values))}`;

/** Three digits that matter, or whole numbers. */
const digits = (value: number): string =>
  !Number.isFinite(value) ? "-" : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
