import { type Command, commandText } from "../define/command.ts";
import type { ControlMachine } from "../define/control-machine.ts";
import type { CommandResult, Probe } from "../define/probe.ts";
import { isScripted, type RebootStep, type Step } from "../define/step.ts";
import { stepSecrets } from "../plan/step-secrets.ts";
import type { Failure } from "../report/event.ts";
import { LinkLostError, type Script, type ScriptResult } from "../transport/transport.ts";
import { type Action, type ActionResult, type Answers, BundleLostError, type ChangingDriver } from "./action.ts";
import { compileAction, type ResultOptions, shareResults } from "./compile-action.ts";
import { failureOf, fetchToHere } from "./fetch-file.ts";
import type { HostLink } from "./host-link.ts";
import { rebootHost } from "./reboot.ts";
import { decode } from "./script-output.ts";
import { showStep } from "./show-step.ts";

const CAPTURE_MS = 120_000;

export interface DriverOptions extends ResultOptions {
  /** Where files are brought to. */
  readonly here: ControlMachine;
  /** Hears every secret that is about to be sent, so that it can be masked in what comes back. */
  readonly onSecret: (text: string) => void;
}

type StepAction = Extract<Action, { kind: "step" }>;

const notStarted: ActionResult = { state: "not-started" };

/** A real host, as one user, over a session of a transport. */
export class SessionDriver implements ChangingDriver {
  readonly #link: HostLink;
  readonly #user: string | undefined;
  readonly #options: DriverOptions;
  roundTrips = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(link: HostLink, user: string | undefined, options: DriverOptions) {
    this.#link = link;
    this.#user = user;
    this.#options = options;
  }

  async read(probes: readonly Probe<unknown>[]): Promise<Answers> {
    const [result] = await this.carry([{ kind: "read", probes }]);
    return result?.state === "done" && result.answers ? result.answers : new Map();
  }

  async carry(actions: readonly Action[]): Promise<readonly ActionResult[]> {
    const at = actions.findIndex((action) => action.kind === "step" && !isScripted(action.step));
    if (at < 0) return this.#bundle(actions);
    const before = await this.#bundle(actions.slice(0, at));
    const wanted = before.every(({ state }) => state === "done");
    const alone = wanted ? await after(before, this.#alone(actions[at] as StepAction)) : notStarted;
    const rest = actions.slice(at + 1);
    if (alone.state !== "done") return [...before, alone, ...rest.map(() => notStarted)];
    return [...before, alone, ...(await after([...before, alone], this.carry(rest)))];
  }

  async reconnect(): Promise<void> {
    await this.#link.revive(this.#user);
  }

  async capture(command: Command): Promise<CommandResult> {
    const text = commandText(command, ({ label }) => label);
    this.roundTrips++;
    const [result] = await this.#send([{ text, timeoutMs: CAPTURE_MS, capBytes: 1 << 20, stopOnFailure: true }]);
    if (result?.exitCode === undefined) throw new Error("no answer in time");
    return {
      stdout: decode(result.stdout),
      stderr: this.#options.redact(decode(result.stderr)),
      exitCode: result.exitCode,
    };
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#last;
  }

  #send(scripts: readonly Script[]): Promise<readonly ScriptResult[]> {
    return this.#inTurn(async () => (await this.#link.session(this.#user)).run(scripts));
  }

  /** One thing after the other: other hosts may ask this one for an output in between. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #bundle(actions: readonly Action[]): Promise<readonly ActionResult[]> {
    if (actions.length === 0) return [];
    for (const secret of actions.flatMap((action) => (action.kind === "step" ? stepSecrets(action.step) : [])))
      this.#options.onSecret(secret);
    const compiled = actions.map(compileAction);
    const scripts = compiled.flatMap((action) => action.scripts);
    if (scripts.length === 0) return shareResults(compiled, [], this.#options);
    this.roundTrips++;
    try {
      return shareResults(compiled, await this.#send(scripts), this.#options);
    } catch (error) {
      if (!(error instanceof LinkLostError)) throw error;
      throw new BundleLostError(error.message, shareResults(compiled, error.results, this.#options), error);
    }
  }

  /** A step that no script takes. */
  async #alone({ step, timeoutMs }: StepAction): Promise<ActionResult> {
    const startedAt = performance.now();
    const failure = await this.#takeAlone(step, timeoutMs);
    const durationMs = performance.now() - startedAt;
    return failure ? { state: "failed", durationMs, failure } : { state: "done", durationMs };
  }

  async #takeAlone(step: Step, timeoutMs: number): Promise<Failure | undefined> {
    const { here } = this.#options;
    if (step.kind === "forget") return failureOf(showStep(step), () => here.remove(step.path));
    if (step.kind === "fetch") return fetchToHere(step, here, timeoutMs, (script) => this.#sendOne(script));
    this.roundTrips++;
    return this.#inTurn(() => rebootHost(this.#link, (step as RebootStep).timeoutMs));
  }

  async #sendOne(script: Script): Promise<ScriptResult> {
    this.roundTrips++;
    return (await this.#send([script]))[0]!;
  }
}

/** Work that comes after these results: they are known also when the link breaks in it. */
async function after<T>(known: readonly ActionResult[], work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LinkLostError) throw new BundleLostError(error.message, known, error);
    if (error instanceof BundleLostError) throw new BundleLostError(error.message, [...known, ...error.results], error);
    throw error;
  }
}
