import { isScripted, type Step } from "../define/step.ts";
import type { Failure } from "../report/event.ts";
import type { Script, ScriptResult } from "../transport/transport.ts";
import type { Action, ActionResult } from "./action.ts";
import { markScript, unmarkScript } from "./markers.ts";
import { type ProbeCall, probeAnswers, probeCalls, probeScript } from "./probe-scripts.ts";
import { outputTail } from "./script-output.ts";
import { showStep } from "./show-step.ts";
import { stepScript } from "./step-script.ts";

/** How results are made fit to be told. */
export interface ResultOptions {
  readonly redact: (text: string) => string;
  /** Tell what commands printed also when they went well. */
  readonly keepOutput: boolean;
}

/** An action as scripts, and how its result is made of theirs. */
export interface CompiledAction {
  readonly scripts: readonly Script[];
  finish(results: readonly ScriptResult[], options: ResultOptions): ActionResult;
}

/** What a session runs for an action. */
export function compileAction(action: Action): CompiledAction {
  switch (action.kind) {
    case "read":
      return compileRead(probeCalls(action.probes));
    case "mark":
      return {
        scripts: [markScript(action.marker, action.note)],
        finish: ([result], options) => settle(result!, "leave a marker", options),
      };
    case "unmark":
      return {
        scripts: [unmarkScript(action.marker)],
        finish: ([result], options) => settle(result!, "remove a marker", options),
      };
    case "step":
      return compileStep(action.step, action.timeoutMs);
  }
}

const compileRead = (calls: readonly ProbeCall[]): CompiledAction => ({
  scripts: calls.map(probeScript),
  finish: (results) =>
    results.some(wasNotStarted)
      ? { state: "not-started" }
      : {
          state: "done",
          durationMs: total(results),
          answers: new Map(calls.flatMap((call, i) => pairs(call, results[i]!))),
        },
});

const wasNotStarted = ({ exitCode, timedOut }: ScriptResult): boolean => exitCode === undefined && !timedOut;

const pairs = (call: ProbeCall, result: ScriptResult): [string, unknown][] => {
  const answers = probeAnswers(call, result);
  return call.probes.map(({ key }, i) => [key, answers[i]]);
};

function compileStep(step: Step, timeoutMs: number): CompiledAction {
  if (!isScripted(step)) throw new Error(`a ${step.kind} is a bundle of its own`);
  return {
    scripts: [stepScript(step, timeoutMs)],
    finish: ([result], options) => settle(result!, showStep(step), options),
  };
}

function settle(result: ScriptResult, command: string, { redact, keepOutput }: ResultOptions): ActionResult {
  if (wasNotStarted(result)) return { state: "not-started" };
  if (result.exitCode === 0 && !result.timedOut) {
    const output = keepOutput ? redact(outputTail(result)) : "";
    return { state: "done", durationMs: result.durationMs, ...(output === "" ? {} : { output }) };
  }
  return { state: "failed", durationMs: result.durationMs, failure: failureOf(result, command, redact) };
}

const failureOf = (result: ScriptResult, command: string, redact: (text: string) => string): Failure => ({
  message: result.timedOut
    ? `did not end within ${(result.durationMs / 1000).toFixed(0)} s and was stopped`
    : `exit code ${result.exitCode}`,
  command: redact(command),
  exitCode: result.exitCode,
  output: redact(outputTail(result)),
});

const total = (results: readonly ScriptResult[]): number =>
  results.reduce((sum, { durationMs }) => sum + durationMs, 0);

/** Gives each action the results of its scripts; after a lost link only the actions that are known whole. */
export function shareResults(
  compiled: readonly CompiledAction[],
  results: readonly ScriptResult[],
  options: ResultOptions,
): readonly ActionResult[] {
  const shared: ActionResult[] = [];
  let at = 0;
  for (const { scripts, finish } of compiled) {
    if (at + scripts.length > results.length) break;
    shared.push(finish(results.slice(at, at + scripts.length), options));
    at += scripts.length;
  }
  return shared;
}
