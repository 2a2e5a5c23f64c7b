import { whatChanged } from "../document/differences.ts";
import type { HostDocument, RunDocument, TaskDocument } from "../document/run-document.ts";
import type { Failure, Mode } from "../event.ts";
import { drillSuite } from "./junit-drills.ts";
import { xml } from "./xml.ts";

/** The run as JUnit XML: a suite for each host, a case for each task; of drills a suite with a case for each. In check mode a task that would change has failed: it is not as wanted. */
export function junitReport({ run, hosts, totals, plays, drills }: RunDocument): string {
  const { tasks } = totals;
  const titles = new Map(plays.map(({ play, title }) => [play, title]));
  const drilled = drillSuite(drills, run);
  const suites = [...hosts.map((host) => suite(host, run, titles)), ...drilled.suites];
  const all = {
    name: `ts-play ${run.playbook}`,
    tests: hosts.reduce((sum, host) => sum + casesOf(host), drilled.tests),
    failures: tasks.failed + (run.mode === "check" ? tasks.changed : 0) + drilled.failures,
    errors: hosts.reduce((sum, host) => sum + errorsOf(host), drilled.errors),
    time: seconds(run.durationMs),
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml("testsuites", all, suites)}\n`;
}

function suite(host: HostDocument, run: RunDocument["run"], titles: ReadonlyMap<number, string>): string {
  const { name, counts, durationMs, tasks, failure } = { ...host, failure: hostFailure(host) };
  const attributes = {
    name,
    tests: casesOf(host),
    failures: counts.failed + (run.mode === "check" ? counts.changed : 0),
    errors: errorsOf(host),
    skipped: tasks.filter(({ state }) => state === "skipped").length,
    time: seconds(durationMs),
    timestamp: run.startedAt.slice(0, 19),
    hostname: name,
  };
  const own =
    failure === undefined ? [] : [xml("testcase", { classname: name, name: "host", time: "0.000" }, [failure])];
  return xml("testsuite", attributes, [...tasks.map((task) => testCase(task, name, run.mode, titles)), ...own]);
}

const casesOf = (host: HostDocument): number => host.tasks.length + (hostFailure(host) === undefined ? 0 : 1);

const errorsOf = (host: HostDocument): number =>
  host.tasks.filter(({ state }) => state === "unreachable" || state === "unknown").length +
  (hostFailure(host) === undefined ? 0 : 1);

/** A host that was lost before its first task must not look like one without tests. */
function hostFailure({ state, tasks, plays }: HostDocument): string | undefined {
  if (state === "done" || tasks.some(({ failure }) => failure !== undefined)) return undefined;
  const failure = plays.find((play) => play.failure !== undefined)?.failure ?? {
    message: "the host was not looked at",
  };
  return problem("error", state, failure);
}

function testCase(task: TaskDocument, host: string, mode: Mode, titles: ReadonlyMap<number, string>): string {
  const attributes = {
    classname: `${host}.${task.role}`,
    name: `${task.task} (${titles.get(task.play) ?? `play ${task.play}`})`,
    time: seconds(task.durationMs),
  };
  return xml("testcase", attributes, outcome(task, mode));
}

function outcome(task: TaskDocument, mode: Mode): readonly string[] {
  const { state, reason, failure, changes } = task;
  if (state === "skipped") return [xml("skipped", { message: reason ?? "" })];
  if (state === "failed") return [problem("failure", state, failure ?? { message: "the task failed" })];
  if (state === "unreachable" || state === "unknown")
    return [problem("error", state, failure ?? { message: reason ?? `the task is ${state}` })];
  const text = [whatChanged(task), ...changes.flatMap(({ diff }) => diff ?? [])].join("\n");
  if (state !== "changed") return [];
  if (mode === "apply") return [xml("system-out", {}, [], text)];
  return [xml("failure", { message: `not as wanted: ${whatChanged(task)}`, type: "drift" }, [], text)];
}

function problem(
  kind: "failure" | "error",
  type: string,
  { message, fix, command, exitCode, output }: Failure,
): string {
  const lines = [
    message,
    command === undefined ? "" : `command: ${command}`,
    exitCode === undefined ? "" : `exit code: ${exitCode}`,
    output ?? "",
    fix === undefined ? "" : `fix: ${fix}`,
  ];
  return xml(kind, { message, type }, [], lines.filter(Boolean).join("\n"));
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
