import { describe, expect, test } from "vitest";
import { prometheusReport } from "../../../runner/report/files/prometheus.ts";
import { documentNamed, documents } from "../documents.ts";

/** The text format of Prometheus, version 0.0.4, line by line. */
const HELP = /^# HELP ([a-z_:][a-z0-9_:]*) \S.*$/i;
const TYPE = /^# TYPE ([a-z_:][a-z0-9_:]*) gauge$/i;
const SAMPLE =
  /^([a-z_:][a-z0-9_:]*)\{((?:[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+)\} (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** Reads the text as a collector does; what it would refuse is thrown. */
function samplesOf(text: string): readonly Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  let family = "";
  const families = new Set<string>();
  const seen = new Set<string>();
  return text
    .slice(0, -1)
    .split("\n")
    .flatMap((line) => {
      const help = HELP.exec(line);
      if (help) {
        family = help[1]!;
        if (families.has(family)) throw new Error(`${family} comes twice`);
        families.add(family);
        return [];
      }
      if (TYPE.exec(line)?.[1] === family) return [];
      const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
      if (name !== family || seen.has(`${name}${labels}`))
        throw new Error(`not a sample of ${family}, or twice: ${line}`);
      seen.add(`${name}${labels}`);
      return [{ name, labels, value: Number(value) }];
    });
}

test.each(documents)("the metrics of a run ($name) are in the text format", ({ document }) => {
  expect(samplesOf(prometheusReport(document)).length).toBeGreaterThan(10);
});

describe("the metrics of a drift check", () => {
  const samples = samplesOf(prometheusReport(documentNamed("drift")));
  const value = (name: string, labels: string) =>
    samples.find((sample) => sample.name === name && sample.labels.includes(labels))?.value;

  test.each([
    ["ts_play_hosts", 'state="in_sync"', 1],
    ["ts_play_hosts", 'state="unreachable"', 1],
    ["ts_play_drift_findings", 'status="new"', 1],
    ["ts_play_drift_hosts_unread", "playbook=", 1],
    ["ts_play_host_read", 'host="c"', 0],
    ["ts_play_host_tasks_changed", 'host="a"', 2],
    ["ts_play_run_exit_code", 'kind="drift"', 4],
    ["ts_play_drift_oldest_timestamp_seconds", "playbook=", Date.parse("2026-07-20T03:15:00.000Z") / 1000],
  ])("%s{%s} is %d", (name, labels, wanted) => {
    expect(value(name, labels)).toBe(wanted);
  });
});
