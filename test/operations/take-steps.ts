import type { Step } from "../../runner/define/step.ts";
import { isScripted } from "../../runner/define/step.ts";
import type { Task } from "../../runner/define/task.ts";
import { stepScript } from "../../runner/engine/step-script.ts";
import { runProbe, runScript, type Shell, shells } from "../probes/run-probe.ts";

/** What a task still wants of this machine. */
export const wanted = (task: Task, triggered = false, shell: Shell = shells[0]!): readonly Step[] =>
  task.plan(
    Object.fromEntries(Object.entries(task.reads).map(([name, probe]) => [name, runProbe(probe, shell)])),
    triggered,
  );

/** Carries a task out on this machine, gives its steps back, and throws when it then still wants some. */
export function carryOut(task: Task, shell: Shell = shells[0]!, triggered = false): readonly Step[] {
  const steps = wanted(task, triggered, shell);
  for (const step of steps) take(step, shell);
  const left = task.provable ? wanted(task, false, shell) : [];
  if (left.length > 0) throw new Error(`still wanted: ${JSON.stringify(left)}`);
  return steps;
}

/** The differences a plan names, one line each. */
export const changesOf = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap(({ changes }) =>
    changes.map(({ attribute, from, to }) => `${attribute}: ${show(from)} -> ${show(to)}`),
  );

function show(value: unknown): string {
  if (typeof value === "object" && value !== null && "key" in value) return `<${String(value.key)}>`;
  return value === undefined ? "(absent)" : String(value);
}

/** Takes a step by the very script that a session would run. */
function take(step: Step, shell: Shell): void {
  if (!isScripted(step)) throw new Error(`no script takes a ${step.kind}`);
  const { text, stdin, env } = stepScript(step, 60_000);
  const { exitCode, stderr } = runScript(text, shell, {
    ...(stdin instanceof Uint8Array && { stdin }),
    ...(env && { env: { ...env } }),
  });
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
}
