import { setTimeout as sleep } from "node:timers/promises";
import type { DrillTimes, Scenario } from "../define/drill.ts";
import type { Host } from "../define/host.ts";
import type { Fleet } from "../engine/fleet.ts";
import { failureOf, stopFor } from "../engine/outcome.ts";
import type { Recorder } from "../engine/reporter.ts";
import { ExitCode } from "../errors.ts";
import type { DrillPhase, DrillResult } from "../report/drill-event.ts";
import { bootIdOf, connectAll, guardObjection, hostsOf, Refused, requirePrograms } from "./drill-hosts.ts";
import { nothingMeasured } from "./nothing-measured.ts";
import { Observation, type StartClient, type Told } from "./observation.ts";
import { breakHost, mendHost } from "./sabotage.ts";
import { exceeded } from "./verdict.ts";

const POLL_MS = 50;
const HEAL_POLL_MS = 500;
const STEADY_TRIES = 5;

export interface DrillOptions {
  /** The place of the drill in the run, from 0. */
  readonly drill: number;
  readonly fleet: Fleet;
  readonly recorder: Recorder;
  /** Aborted: nothing more is broken, what is broken is mended. */
  readonly signal: AbortSignal;
  readonly startClient: StartClient;
  /** A victim by name instead of the scenario's choice. */
  readonly victim?: string | undefined;
}

export interface DrillOutcome {
  readonly result: DrillResult;
  readonly exitCode: number;
}

/** Carries one drill out: breaks only when all is well, mends whatever happens, and says what a client met with meanwhile. Never throws. */
export const carryOutDrill = (scenario: Scenario, options: DrillOptions): Promise<DrillOutcome> =>
  new DrillRun(scenario, options).all();

const defaults: Required<DrillTimes> = {
  steadyMs: 2000,
  holdMs: 5000,
  settleMs: 2000,
  timeoutMs: 30_000,
  restMs: 6000,
  healMs: 120_000,
  lookEveryMs: 200,
};

class DrillRun {
  readonly #scenario: Scenario;
  readonly #options: DrillOptions;
  readonly #times: Required<DrillTimes>;
  readonly #objections: string[] = [];
  #seen: Observation | undefined;
  /** What is broken, since when, and whether it held then. */
  #broken: { readonly host: Host; readonly at: number; readonly held: boolean } | undefined;
  #restored = true;
  #exitCode: number = ExitCode.done;

  constructor(scenario: Scenario, options: DrillOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#times = { ...defaults, ...scenario.times };
  }

  async all(): Promise<DrillOutcome> {
    try {
      await this.#look();
      const seen = await this.#steady();
      const victim = await this.#victim(seen);
      if (!this.#options.signal.aborted) await this.#breakAndMend(victim, seen);
    } catch (error) {
      this.#fail(error);
    }
    await this.#seen?.stop();
    if (this.#seen?.unread !== undefined) this.#objections.push(this.#seen.unread);
    const result = this.#result();
    this.#tell({ type: "drill-end", result });
    await this.#options.recorder.commit();
    return { result, exitCode: this.#worst(result) };
  }

  async #look(): Promise<void> {
    this.#phase("looking");
    await connectAll(this.#options.fleet, hostsOf(this.#scenario));
    const objection = await guardObjection(this.#scenario, this.#options.fleet);
    if (objection !== undefined) throw new Refused(`not all is well: ${objection}`);
  }

  #watch(): Observation {
    this.#phase("steady");
    const { fleet, startClient } = this.#options;
    this.#seen = new Observation({
      held: this.#scenario.held,
      fleet,
      startClient,
      lookEveryMs: this.#times.lookEveryMs,
      now: () => this.#options.recorder.now(),
      tell: (event) => this.#tell(event),
    });
    return this.#seen;
  }

  /** The client must be without a loss for a while; one that is lost on a busy machine begins the watch anew. */
  async #steady(tries = STEADY_TRIES): Promise<Observation> {
    const seen = this.#watch();
    await this.#until(() => false, this.#times.steadyMs);
    const { sent, lost, losses } = seen.measured();
    if (this.#options.signal.aborted || (lost === 0 && seen.isSettled(this.#times.steadyMs / 2))) return seen;
    if (tries === 1) {
      const why = losses[0]?.reason ?? "no answer yet";
      throw new Refused(`the client lost ${lost} of ${sent} requests before anything was broken (${why})`);
    }
    await seen.stop();
    return this.#steady(tries - 1);
  }

  /** Who is broken, when that can be done there. */
  async #victim(seen: Observation): Promise<Host> {
    const victim = this.#choose(seen.holders);
    const needs = this.#scenario.faults.flatMap((fault) => fault.needs);
    await requirePrograms(this.#options.fleet, victim.name, needs);
    return victim;
  }

  #choose(names: readonly string[]): Host {
    const { victim, held } = this.#scenario;
    const holders = held.by.hosts.filter(({ name }) => names.includes(name));
    const named = this.#options.victim;
    const found = named === undefined ? victim.choose(holders) : victim.among.hosts.find(({ name }) => name === named);
    if (found) return found;
    throw new Refused(`no host of ${victim.among.name} ${victim.wanted}, so none can be broken`);
  }

  async #breakAndMend(host: Host, seen: Observation): Promise<void> {
    const { fleet, recorder } = this.#options;
    const bootId = await bootIdOf(fleet, host.name);
    const sabotage = { fleet, host: host.name, faults: this.#scenario.faults, lookout: seen.lookout };
    this.#phase("broken", host.name);
    await recorder.commit();
    this.#restored = false;
    this.#broken = { host, at: recorder.now(), held: seen.holders.includes(host.name) };
    try {
      await breakHost(sabotage, this.#times);
      await this.#until(() => this.#lacks(seen) === undefined, this.#times.timeoutMs);
      const lack = this.#lacks(seen);
      if (lack !== undefined && !this.#options.signal.aborted)
        this.#objections.push(`${lack} within ${this.#times.timeoutMs} ms`);
    } catch (error) {
      this.#fail(error);
    }
    this.#phase("mending", host.name);
    await mendHost(sabotage, this.#times.healMs);
    this.#phase("healing", host.name);
    await this.#heal(seen, host.name, bootId);
  }

  /** What has not happened yet: another holds where that is demanded, the client succeeds, it was broken long enough. */
  #lacks(seen: Observation): string | undefined {
    const { at = 0, host } = this.#broken ?? {};
    if (this.#scenario.mustMove && !seen.tookOver(host?.name ?? "", at)) return "nobody took over";
    if (!seen.isSettled(this.#times.settleMs)) return "the client did not recover";
    const { holdMs } = this.#times;
    return this.#options.recorder.now() - at >= holdMs ? undefined : `it was not broken for ${holdMs} ms`;
  }

  /** Waits until all is well and stays so for a while: what is mended may stumble as it takes its place again. */
  async #heal(seen: Observation, host: string, bootBefore: string): Promise<void> {
    const { fleet, recorder } = this.#options;
    const { healMs, restMs } = this.#times;
    const mendedAt = recorder.now();
    for (;;) {
      const objection = (await guardObjection(this.#scenario, fleet)) ?? this.#unrest(seen);
      if (objection === undefined && recorder.now() - mendedAt >= restMs) break;
      if (objection !== undefined && recorder.now() - mendedAt > healMs) {
        this.#objections.push(`not all is well ${healMs} ms after it was mended: ${objection}`);
        return;
      }
      await sleep(HEAL_POLL_MS);
    }
    this.#restored = true;
    const restarts = this.#scenario.faults.some((fault) => fault.mend === undefined);
    if (restarts && (await bootIdOf(fleet, host)) === bootBefore) this.#objections.push(`${host} never restarted`);
  }

  #unrest(seen: Observation): string | undefined {
    const { restMs, settleMs } = this.#times;
    if (!seen.isSettled(settleMs)) return "the client still loses requests";
    return seen.isStill(restMs) ? undefined : "who holds still changes";
  }

  /** Waits for something, for an interrupt, or for the time to pass. */
  async #until(done: () => boolean, ms: number): Promise<void> {
    const { recorder, signal } = this.#options;
    const deadline = recorder.now() + ms;
    while (!done() && recorder.now() < deadline && !signal.aborted) await sleep(POLL_MS);
  }

  #fail(error: unknown): void {
    const refused = error instanceof Refused;
    this.#exitCode = Math.max(this.#exitCode, refused ? ExitCode.taskFailed : stopFor(error).exitCode);
    const { message, fix } = refused ? { message: error.message, fix: undefined } : failureOf(error);
    this.#objections.push(fix === undefined ? message : `${message} (${fix})`);
  }

  #result(): DrillResult {
    const measured = this.#seen?.measured() ?? nothingMeasured;
    const limits = this.#broken ? exceeded(this.#scenario.limits, measured) : [];
    const objections = [...this.#objections, ...limits];
    const { host, at, held } = this.#broken ?? {};
    return {
      verdict: this.#verdict(objections),
      objections,
      restored: this.#restored,
      victim: host?.name,
      ...measured,
      ...(host && at !== undefined ? this.#seen?.recovery(at, host.name, held ?? false) : {}),
    };
  }

  #verdict(objections: readonly string[]): DrillResult["verdict"] {
    if (this.#options.signal.aborted) return "interrupted";
    if (this.#broken === undefined) return "refused";
    return objections.length ? "failed" : "passed";
  }

  #worst({ verdict }: DrillResult): number {
    if (verdict === "interrupted") return ExitCode.interrupted;
    return verdict === "passed" ? ExitCode.done : Math.max(this.#exitCode, ExitCode.taskFailed);
  }

  #phase(phase: DrillPhase, victim?: string): void {
    this.#tell({ type: "drill-phase", phase, victim });
  }

  #tell(event: Told): void {
    const { recorder, drill } = this.#options;
    recorder.emit({ ...event, at: recorder.now(), drill });
  }
}
