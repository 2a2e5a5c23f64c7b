import { type Command, commandText } from "../define/command.ts";
import type { CommandResult, Probe } from "../define/probe.ts";
import type { RebootStep } from "../define/step.ts";
import { stepSecrets } from "../plan/step-secrets.ts";
import { LinkLostError, type Script, type ScriptResult } from "../transport/transport.ts";
import { type Action, type ActionResult, type Answers, BundleLostError, type ChangingDriver } from "./action.ts";
import { compileAction, type ResultOptions, shareResults } from "./compile-action.ts";
import type { HostLink } from "./host-link.ts";
import { rebootHost } from "./reboot.ts";
import { decode } from "./script-output.ts";

const CAPTURE_MS = 120_000;

export interface DriverOptions extends ResultOptions {
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
    const at = actions.findIndex((action) => action.kind === "step" && action.step.kind === "reboot");
    if (at < 0) return this.#bundle(actions);
    const before = await this.#bundle(actions.slice(0, at));
    const wanted = before.every(({ state }) => state === "done");
    const restarted = wanted ? await after(before, this.#reboot(actions[at] as StepAction)) : notStarted;
    const rest = actions.slice(at + 1);
    if (restarted.state !== "done") return [...before, restarted, ...rest.map(() => notStarted)];
    return [...before, restarted, ...(await after([...before, restarted], this.#bundle(rest)))];
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

  async #reboot({ step }: StepAction): Promise<ActionResult> {
    const timeoutMs = (step as RebootStep).timeoutMs;
    const startedAt = performance.now();
    this.roundTrips++;
    const failure = await this.#inTurn(() => rebootHost(this.#link, timeoutMs));
    const durationMs = performance.now() - startedAt;
    return failure ? { state: "failed", durationMs, failure } : { state: "done", durationMs };
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
