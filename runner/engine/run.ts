import type { ControlMachine } from "../define/control-machine.ts";
import type { Host } from "../define/host.ts";
import type { Change, Step } from "../define/step.ts";
import { ExitCode } from "../errors.ts";
import { allowedFailures, batches } from "../plan/batch.ts";
import type { PlannedPlay, RunPlan } from "../plan/run-plan.ts";
import { expandRoles, type TaskNode } from "../plan/task-node.ts";
import type { Mode, ShownChange } from "../report/event.ts";
import type { HostDriver } from "./action.ts";
import { applyHost } from "./apply-run.ts";
import { checkHost } from "./check-run.ts";
import { askOutput, driverOf, FactStore, type Fleet, factsFor } from "./fleet.ts";
import { Foresight } from "./foresight.ts";
import { gateObjection } from "./gates.ts";
import { HeldEvents } from "./held-events.ts";
import { HostTurns } from "./host-turns.ts";
import { type HostOutcome, stopFor } from "./outcome.ts";
import { forEachLimited } from "./pool.ts";
import { RefBoard } from "./ref-board.ts";
import { type Recorder, Reporter } from "./reporter.ts";
import { betweenRuns } from "./run-at-work.ts";

export interface RunOptions {
  readonly mode: Mode;
  /** Hosts in flight at once. */
  readonly forks: number;
  readonly signal: AbortSignal;
  readonly recorder: Recorder;
  /** Where values are made that no host gives. */
  readonly here: ControlMachine;
  /** The tasks of a host's play that are left out, and why. */
  readonly leftOut: (nodes: readonly TaskNode[], play: PlannedPlay, host: Host) => ReadonlyMap<TaskNode, string>;
  /** Plays that an earlier run finished on a host (`--resume`). */
  readonly finished: (play: number, host: string) => boolean;
  readonly show: (changes: readonly Change[], driver: HostDriver) => Promise<readonly ShownChange[]>;
  /** Check mode: looks at every host, whatever happened before; limits of failures, batches and gates are for those who change something. */
  readonly survey?: boolean;
  /** Check mode: says nothing of a host that a run is at work on; such a run is waited for so long, ms. Without it nobody looks for runs. */
  readonly waitMs?: number;
  /** Check mode: hears what each task would do. */
  readonly planned?: (play: number, host: string, node: TaskNode, steps: readonly Step[] | undefined) => void;
  /** Apply mode with a saved plan: throws StalePlanError for a task that the plan does not have. */
  readonly permit?: (play: number, host: string, node: TaskNode, steps: readonly Step[]) => void;
}

const LOST_EARLIER = "after its failure in an earlier play";

/** Carries a run out: plays one after the other, batches inside them, hosts side by side. Gives the exit code. */
export async function carryOut(plan: RunPlan, fleet: Fleet, options: RunOptions): Promise<number> {
  const run = new Run(plan, fleet, options);
  return run.all();
}

class Run {
  readonly #plan: RunPlan;
  readonly #fleet: Fleet;
  readonly #options: RunOptions;
  readonly #facts: FactStore;
  readonly #refs: RefBoard;
  readonly #foresight = new Foresight();
  readonly #turns = new HostTurns();
  /** Hosts that left the run, and why. */
  readonly #lost = new Map<string, HostOutcome>();

  constructor(plan: RunPlan, fleet: Fleet, options: RunOptions) {
    this.#plan = plan;
    this.#fleet = fleet;
    this.#options = options;
    this.#facts = new FactStore(fleet, plan.facts);
    this.#refs = new RefBoard((output, host) => askOutput(fleet, output, host), options.here);
  }

  async all(): Promise<number> {
    for (const play of this.#plan.plays) {
      const enough = await this.#play(play);
      if (!enough) break;
    }
    return this.#exitCode();
  }

  /** False when too many hosts failed for the run to go on. */
  async #play(planned: PlannedPlay): Promise<boolean> {
    const { index, play } = planned;
    const all = planned.batches.flat();
    this.#emit({ type: "play-start", play: index, title: play.title, hosts: all.map(({ name }) => name) });
    // Those that an earlier play lost were counted there; batches and limits are of those that are left.
    const hosts = all.filter(({ name }) => !this.#hasLeft(name));
    for (const host of all) if (this.#hasLeft(host.name)) await this.#host(planned, host, LOST_EARLIER);
    const { survey = false } = this.#options;
    const limit = survey ? hosts.length : allowedFailures(play.maxFailures, hosts.length);
    let failed = 0;
    for (const [number, batch] of batches(hosts, survey ? ["100%"] : play.batch).entries()) {
      const stopped =
        failed > limit || this.#options.signal.aborted
          ? "after failures in this play"
          : await this.#objection(planned, batch);
      if (stopped === undefined)
        this.#emit({ type: "batch-start", play: index, batch: number, hosts: batch.map(({ name }) => name) });
      failed += await this.#batch(planned, batch, stopped);
    }
    this.#emit({ type: "play-end", play: index });
    return failed <= limit && !this.#options.signal.aborted;
  }

  #objection({ play }: PlannedPlay, batch: readonly Host[]): Promise<string | undefined> {
    return play.gates.length && !this.#options.survey
      ? gateObjection(play, batch, this.#fleet, {
          signal: this.#options.signal,
          note: (message) => this.#emit({ type: "note", level: "info", message }),
        })
      : Promise.resolve(undefined);
  }

  /** A host that could be looked at and failed can be looked at in other plays; what is changed there could rest on what failed. */
  #hasLeft(host: string): boolean {
    const lost = this.#lost.get(host);
    return lost !== undefined && !(this.#options.survey && lost.state === "failed");
  }

  /** How many hosts of the batch failed. */
  async #batch(planned: PlannedPlay, batch: readonly Host[], stopped: string | undefined): Promise<number> {
    let failed = 0;
    await forEachLimited(batch, this.#options.forks, async (host) => {
      if (!(await this.#host(planned, host, stopped))) failed++;
    });
    return failed;
  }

  /** True when the host is through. */
  async #host(planned: PlannedPlay, host: Host, stopped: string | undefined): Promise<boolean> {
    const startedAt = this.#options.recorder.now();
    const outcome = await this.#outcome(planned, host, stopped);
    if (outcome.state !== "done") this.#lost.set(host.name, outcome);
    this.#emit({
      type: "host-end",
      play: planned.index,
      host: host.name,
      state: outcome.state,
      counts: outcome.counts,
      failure: outcome.failure,
      durationMs: this.#options.recorder.now() - startedAt,
      roundTrips: this.#fleet.roundTrips(host.name),
    });
    await this.#options.recorder.commit();
    if (outcome.state !== "done" || this.#isLast(planned, host)) await this.#fleet.release(host.name);
    return outcome.state === "done";
  }

  #outcome(planned: PlannedPlay, host: Host, stopped: string | undefined): Promise<HostOutcome> {
    const earlier = this.#lost.get(host.name);
    const interrupted = this.#options.signal.aborted ? "the run was interrupted" : undefined;
    const reason = stopped ?? interrupted;
    if (reason !== undefined)
      return Promise.resolve({
        state: "skipped",
        counts: noCounts,
        failure: { message: reason },
        exitCode: earlier?.exitCode ?? ExitCode.taskFailed,
      });
    if (this.#options.finished(planned.index, host.name)) return Promise.resolve({ state: "done", counts: noCounts });
    return this.#tryHost(planned, host, planned.play.retries);
  }

  async #tryHost(planned: PlannedPlay, host: Host, retries: number): Promise<HostOutcome> {
    const { waitMs, recorder } = this.#options;
    const outcome =
      waitMs === undefined ? await this.#once(planned, host, recorder) : await this.#betweenRuns(planned, host, waitMs);
    if (retries === 0 || this.#options.signal.aborted || !mayBeginAgain(outcome)) return outcome;
    this.#emit({ type: "host-retry", play: planned.index, host: host.name, message: outcome.failure?.message ?? "" });
    await this.#fleet.release(host.name);
    return this.#tryHost(planned, host, retries - 1);
  }

  async #once(planned: PlannedPlay, host: Host, recorder: Recorder): Promise<HostOutcome> {
    const reporter = new Reporter(recorder, planned.index, host.name);
    return this.#carryHost(planned, host, reporter).catch((error: unknown): HostOutcome => {
      const { state, failure, exitCode } = stopFor(error);
      return { state, failure, exitCode, counts: reporter.counts };
    });
  }

  /** What a run at work made half done is not told, and not looked at twice: plays that follow would foresee what it wanted. */
  async #betweenRuns(planned: PlannedPlay, host: Host, waitMs: number): Promise<HostOutcome> {
    const { recorder, signal } = this.#options;
    const held = new HeldEvents(recorder);
    const look = () => this.#once(planned, host, held);
    try {
      const outcome = await betweenRuns(host.name, this.#fleet.driver(host.name), { waitMs, signal }, look);
      held.release();
      return outcome;
    } catch (error) {
      const { state, failure, exitCode } = stopFor(error);
      return { state, failure, exitCode, counts: noCounts, final: true };
    }
  }

  async #carryHost(planned: PlannedPlay, host: Host, reporter: Reporter): Promise<HostOutcome> {
    const { signal, show, mode, planned: hear, permit } = this.#options;
    this.#emit({ type: "host-start", play: planned.index, host: host.name });
    const answers = await this.#facts.of(host.name);
    const nodes = expandRoles(host, planned.calls.get(host.name) ?? [], (call) => factsFor(call, answers));
    const leftOut = this.#options.leftOut(nodes, planned, host);
    const context = {
      host,
      nodes,
      reporter,
      refs: this.#refs,
      signal,
      show,
      leftOut: (node: TaskNode) => leftOut.get(node),
      driverFor: (node?: TaskNode) => Promise.resolve(driverOf(this.#fleet, host, node)),
    };
    const heard = (node: TaskNode, steps: readonly Step[] | undefined) => hear?.(planned.index, host.name, node, steps);
    if (mode === "check") return checkHost({ ...context, foresight: this.#foresight, planned: heard });
    const permitHere = (node: TaskNode, steps: readonly Step[]) => permit?.(planned.index, host.name, node, steps);
    return applyHost({ ...context, turns: this.#turns, permit: permitHere });
  }

  #isLast({ index }: PlannedPlay, host: Host): boolean {
    return !this.#plan.plays.some((later) => later.index > index && later.calls.has(host.name));
  }

  /** The worst that happened: interrupted, stale plan, locked, unreachable, failed. */
  #exitCode(): number {
    if (this.#options.signal.aborted) return ExitCode.interrupted;
    const codes = new Set([...this.#lost.values()].map(({ exitCode }) => exitCode));
    const worst = [ExitCode.badInput, ExitCode.stalePlan, ExitCode.locked, ExitCode.unreachable, ExitCode.taskFailed];
    return worst.find((code) => codes.has(code)) ?? ExitCode.done;
  }

  #emit(event: object): void {
    this.#options.recorder.emit({ ...event, at: this.#options.recorder.now() } as Parameters<Recorder["emit"]>[0]);
  }
}

/** Bad input, a stale plan and a change that may have happened and must not twice do not get better by beginning again. */
const mayBeginAgain = ({ state, exitCode, final }: HostOutcome): boolean =>
  state !== "done" &&
  !final &&
  [ExitCode.taskFailed, ExitCode.unreachable, ExitCode.locked].some((code) => code === exitCode);

const noCounts = { ok: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };
