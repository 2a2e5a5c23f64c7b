import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { commandText } from "../../runner/define/command.ts";
import { contentBytes, type KnownContent } from "../../runner/define/content.ts";
import { LocalFile } from "../../runner/define/local-file.ts";
import { reveal, Secret } from "../../runner/define/secret.ts";
import type { RunStep, Step, WriteStep } from "../../runner/define/step.ts";
import type { Task } from "../../runner/define/task.ts";
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

function take(step: Step, shell: Shell): void {
  if (step.kind === "run") takeRun(step, shell);
  else if (step.kind === "write") takeWrite(step, shell);
  else if (step.kind === "remove") rmSync(step.path, { recursive: step.recursive });
  else throw new Error(`${step.kind} steps are not taken here`);
}

function takeRun({ command, stdin, env }: RunStep, shell: Shell): void {
  runText(text(command), shell, {
    ...(stdin !== undefined && { stdin: bytes(stdin as KnownContent) }),
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value instanceof Secret ? reveal(value) : String(value)]),
    ),
  });
}

function takeWrite({ path, content, mode, owner, group, validate }: WriteStep, shell: Shell): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, bytes(content as KnownContent));
  if (validate) runText(text(validate, temporary), shell);
  runText(`chown '${owner}:${group}' '${temporary.replaceAll("'", "'\\''")}'`, shell);
  chmodSync(temporary, Number.parseInt(mode, 8));
  renameSync(temporary, path);
}

function bytes(content: KnownContent): Uint8Array {
  if (content instanceof LocalFile) throw new Error("local files are not read here");
  return contentBytes(content);
}

const text = (command: RunStep["command"], file = "") => commandText(command, ({ label }) => label, { file });

function runText(script: string, shell: Shell, options: Parameters<typeof runScript>[2] = {}): void {
  const { exitCode, stderr } = runScript(script, shell, options);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
}
