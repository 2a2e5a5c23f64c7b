import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "../../runner/report/event.ts";
import { makeReport, type ReportOptions } from "../../runner/report/report.ts";
import { firstRun, fleetRun, secondRun, troubledRun } from "./scenarios.ts";

// A program for tests in a real terminal: play-events <scenario> <format> <ms per event time ms> [option ...].
// With `figures` its last line is JSON: what the report cost.
const [scenario = "first", format = "tree", pace = "1", ...words] = process.argv.slice(2);
const has = (word: string): boolean => words.includes(word);
const scenarios: Record<string, () => readonly RunEvent[]> = {
  first: () => firstRun,
  second: () => secondRun,
  trouble: () => troubledRun,
  fleet: () => fleetRun(500, 100),
};
const { stdout } = process;
let bytes = 0;
const options: ReportOptions = {
  verbosity: has("vv") ? 2 : has("v") ? 1 : 0,
  diff: has("diff"),
  color: !has("plain"),
  mode: has("check") ? "check" : "apply",
  sink: {
    isTty: stdout.isTTY ?? false,
    get columns() {
      return stdout.columns ?? 80;
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    write: (text) => {
      bytes += text.length;
      stdout.write(text);
    },
  },
};
const events = (scenarios[scenario] ?? scenarios.first)?.() ?? [];
const report = makeReport(format === "tree" || format === "json" ? format : "lines", options);
const delay = monitorEventLoopDelay({ resolution: 5 });
const before = process.cpuUsage();
delay.enable();
const started = performance.now();
for (const event of events) {
  const wait = event.at * Number(pace) - (performance.now() - started);
  if (wait > 1) await sleep(wait);
  if (!has("silent")) report.handle(event);
}
const listeners = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));
await report.close();
delay.disable();
if (has("figures")) {
  const { user, system } = process.cpuUsage(before);
  const figures = {
    wallMs: Math.round(performance.now() - started),
    cpuMs: Math.round((user + system) / 1000),
    p99Ms: Math.round(delay.percentile(99) / 1e5) / 10,
    maxMs: Math.round(delay.max / 1e5) / 10,
    bytes,
    listeners,
    rssMb: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
