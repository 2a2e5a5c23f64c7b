import { type Command, commandText } from "../define/command.ts";
import type { CommandResult, Probe } from "../define/probe.ts";
import { reveal, Secret } from "../define/secret.ts";
import type { Step } from "../define/step.ts";
import type { Failure } from "../report/event.ts";
import { LinkLostError, type Script, type ScriptResult } from "../transport/transport.ts";
import { type Action, type ActionResult, type Answers, BundleLostError, type ChangingDriver } from "./action.ts";
import type { HostLink } from "./host-link.ts";
import { markScript, unmarkScript } from "./markers.ts";
import { type ProbeCall, probeAnswers, probeCalls, probeScript } from "./probe-scripts.ts";
import { rebootHost } from "./reboot.ts";
import { decode, outputTail } from "./script-output.ts";
import { showStep } from "./show-step.ts";
import { stepScript } from "./step-script.ts";

const CAPTURE_MS = 120_000;

/** How a driver keeps secrets out of what it tells. */
export interface Secrecy {
  readonly redact: (text: string) => string;
  readonly onSecret: (text: string) => void;
}

/** A real host, as one user, over a session of a transport. */
export class SessionDriver implements ChangingDriver {
  readonly #link: HostLink;
  readonly #user: string | undefined;
  readonly #redact: (text: string) => string;
  readonly #onSecret: (text: string) => void;
  roundTrips = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(link: HostLink, user: string | undefined, { redact, onSecret }: Secrecy) {
    this.#link = link;
    this.#user = user;
    this.#redact = redact;
    this.#onSecret = onSecret;
  }

  async read(probes: readonly Probe<unknown>[]): Promise<Answers> {
    const [result] = await this.carry([{ kind: "read", probes }]);
    return result?.state === "done" && result.answers ? result.answers : new Map();
  }

  async carry(actions: readonly Action[]): Promise<readonly ActionResult[]> {
    const [only] = actions;
    if (actions.length === 1 && only?.kind === "step" && only.step.kind === "reboot")
      return [await this.#reboot(only.step.timeoutMs)];
    for (const action of actions)
      if (action.kind === "step") for (const text of secretsOf(action.step)) this.#onSecret(text);
    const compiled = actions.map(compile);
    const scripts = compiled.flatMap((part) => part.scripts);
    if (scripts.length === 0) return compiled.map(({ finish }) => finish([], this.#redact));
    this.roundTrips++;
    try {
      return share(compiled, await this.#send(scripts), this.#redact);
    } catch (error) {
      if (!(error instanceof LinkLostError)) throw error;
      throw new BundleLostError(error.message, share(compiled, error.results, this.#redact, true), error);
    }
  }

  async reconnect(): Promise<void> {
    await this.#link.reconnect();
  }

  async capture(command: Command): Promise<CommandResult> {
    const text = commandText(command, ({ label }) => label);
    this.roundTrips++;
    const [result] = await this.#send([{ text, timeoutMs: CAPTURE_MS, capBytes: 1 << 20, stopOnFailure: true }]);
    if (result?.exitCode === undefined) throw new Error("no answer in time");
    return { stdout: decode(result.stdout), stderr: this.#redact(decode(result.stderr)), exitCode: result.exitCode };
  }

  /** One bundle after the other: other hosts may ask this one for an output in between. */
  #send(scripts: readonly Script[]): Promise<readonly ScriptResult[]> {
    const sent = this.#last.then(async () => (await this.#link.session(this.#user)).run(scripts));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async #reboot(timeoutMs: number): Promise<ActionResult> {
    const startedAt = performance.now();
    this.roundTrips++;
    const failure = await rebootHost(this.#link, timeoutMs);
    const durationMs = performance.now() - startedAt;
    return failure ? { state: "failed", durationMs, failure } : { state: "done", durationMs };
  }
}

/** An action as scripts, and how its result is made of theirs. */
interface Compiled {
  readonly scripts: readonly Script[];
  finish(results: readonly ScriptResult[], redact: (text: string) => string): ActionResult;
}

function compile(action: Action): Compiled {
  switch (action.kind) {
    case "read":
      return compileRead(probeCalls(action.probes));
    case "mark":
      return {
        scripts: [markScript(action.marker, action.note)],
        finish: ([result]) => settle(result!, "leave a marker", String),
      };
    case "unmark":
      return {
        scripts: [unmarkScript(action.marker)],
        finish: ([result]) => settle(result!, "remove a marker", String),
      };
    case "step":
      return compileStep(action.step, action.timeoutMs);
  }
}

const compileRead = (calls: readonly ProbeCall[]): Compiled => ({
  scripts: calls.map(probeScript),
  finish: (results) => ({
    state: "done",
    durationMs: total(results),
    answers: new Map(calls.flatMap((call, i) => pairs(call, results[i]!))),
  }),
});

const pairs = (call: ProbeCall, result: ScriptResult): [string, unknown][] => {
  const answers = probeAnswers(call, result);
  return call.probes.map(({ key }, i) => [key, answers[i]]);
};

function compileStep(step: Step, timeoutMs: number): Compiled {
  if (step.kind === "reboot") throw new Error("a reboot is a bundle of its own");
  return {
    scripts: [stepScript(step, timeoutMs)],
    finish: ([result], redact) => settle(result!, showStep(step), redact),
  };
}

function settle(result: ScriptResult, command: string, redact: (text: string) => string): ActionResult {
  if (result.exitCode === undefined && !result.timedOut) return { state: "not-started" };
  if (result.exitCode === 0 && !result.timedOut) return { state: "done", durationMs: result.durationMs };
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

/** Gives each action its results; with `partial` only the actions that are known whole. */
function share(
  compiled: readonly Compiled[],
  results: readonly ScriptResult[],
  redact: (text: string) => string,
  partial = false,
): readonly ActionResult[] {
  const shared: ActionResult[] = [];
  let at = 0;
  for (const { scripts, finish } of compiled) {
    if (partial && at + scripts.length > results.length) return shared;
    shared.push(finish(results.slice(at, at + scripts.length), redact));
    at += scripts.length;
  }
  return shared;
}

/** The secrets that a step sends. */
function secretsOf(step: Step): readonly string[] {
  const sent =
    step.kind === "run" ? [step.stdin, ...Object.values(step.env)] : step.kind === "write" ? [step.content] : [];
  return sent.flatMap((value) => (value instanceof Secret ? [reveal(value)] : []));
}
