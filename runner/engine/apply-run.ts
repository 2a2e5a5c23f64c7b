import { setTimeout as sleep } from "node:timers/promises";
import { alters } from "../define/step.ts";
import type { Task } from "../define/task.ts";
import { ExitCode } from "../errors.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { Failure, ShownChange } from "../report/event.ts";
import { type ActionResult, BundleLostError, type ChangingDriver } from "./action.ts";
import { ApplyState } from "./apply-state.ts";
import { Bundle, type EntryResult } from "./bundle.ts";
import { forgive } from "./forgive.ts";
import { gather } from "./gather.ts";
import type { Entry, Group } from "./group.ts";
import type { ApplyContext } from "./host-context.ts";
import { type HostView, placeOf, probesOf, staleProbes, unique } from "./host-view.ts";
import { LinkRecovery } from "./link-recovery.ts";
import { type HostOutcome, HostStop, stopFor, ValueMissing } from "./outcome.ts";
import { unproven } from "./proof.ts";
import type { TaskReport } from "./reporter.ts";
import { resolvedSteps } from "./resolved-steps.ts";
import { showStep } from "./show-step.ts";

const DEFAULT_DELAY_MS = 1000;

/** Brings the tasks of one play to one host: read, then group by group plan, apply and prove, until nothing is wanted any more. */
export const applyHost = (context: ApplyContext): Promise<HostOutcome> => new ApplyRun(context).all();

class ApplyRun {
  readonly #context: ApplyContext;
  readonly #state: ApplyState;
  readonly #link: LinkRecovery;
  /** A try has failed, and the next one is to come after a pause. */
  #waiting: { readonly failure: Failure; readonly delayMs: number } | undefined;

  constructor(context: ApplyContext) {
    this.#context = context;
    this.#state = new ApplyState(context);
    this.#link = new LinkRecovery(this.#state);
  }

  async all(): Promise<HostOutcome> {
    const { reporter } = this.#context;
    try {
      while (!this.#state.done) await this.#turn();
      return { state: "done", counts: reporter.counts };
    } catch (error) {
      const stop = stopFor(error);
      this.#giveUp(stop, error instanceof ValueMissing ? error.task : undefined);
      return {
        state: stop.state,
        counts: reporter.counts,
        failure: stop.failure,
        exitCode: stop.exitCode,
        final: stop.final,
      };
    }
  }

  /** One turn at the host of the next task; to pause before a new try, others are let to it. */
  async #turn(): Promise<void> {
    const first = this.#state.rest[0]!;
    await this.#context.turns.take(this.#state.hostAt(placeOf(first)), () => this.#advance(first));
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting && !(await pause(waiting.delayMs, this.#context.signal)))
      this.#failed(this.#state.rest[0]!, waiting.failure);
  }

  async #advance(first: TaskNode): Promise<void> {
    this.#context.signal.throwIfAborted();
    const view = await this.#state.viewOf(first);
    const isWanted = this.#context.leftOut(first) === undefined;
    if (isWanted && !(view.knows(first) && this.#state.isFresh(view))) await this.#link.refresh(view);
    const group = await gather(this.#state, view);
    if (!group.isIdle) return this.#carry(group, view);
    for (const entry of group.entries) if (await this.#settleQuiet(entry, view)) return;
  }

  async #carry(group: Group, view: HostView): Promise<void> {
    const { reporter, show } = this.#context;
    const shown = await Promise.all(
      group.entries.map(({ steps }) =>
        show(
          steps.flatMap(({ changes }) => changes),
          view.driver,
        ),
      ),
    );
    await reporter.started(group.working.map(({ node }) => node));
    // Not before that is on record: a value of another host may be made by asking for it.
    const bundle = await this.#bundle(group, view);
    const results = await this.#send(bundle, group, view);
    if (results) {
      this.#state.epoch++;
      await this.#learn(bundle, results, group, view);
      await this.#settle(group, bundle, results, shown, view);
    }
    await reporter.commit();
  }

  async #bundle(group: Group, view: HostView): Promise<Bundle> {
    const place = placeOf(group.entries[0]!.node);
    view.expire(staleProbes(this.#state.at(place, this.#state.rest.slice(group.entries.length)), group.touched));
    const proofs = group.entries.filter(({ steps }) => steps.length > 0).flatMap(({ node }) => probesOf(node));
    const marked = new Set(view.pending);
    const entries = [];
    for (const entry of group.working) {
      const steps = await resolvedSteps(entry, this.#context.refs);
      const unmark = entry.unmark ? this.#state.markerAt(place, entry.node) : undefined;
      entries.push({
        entry,
        steps,
        marks: alters(entry.steps) ? this.#state.marksFor(entry.node, marked) : [],
        unmark,
      });
    }
    const soon = this.#state.upcoming(view, group).flatMap(probesOf);
    return new Bundle(entries, unique([...proofs, ...soon.filter((probe) => !view.has(probe))]), group.order);
  }

  /** Undefined when the link was lost and is back: then everything has been read again. */
  async #send(bundle: Bundle, group: Group, view: HostView): Promise<readonly ActionResult[] | undefined> {
    try {
      this.#context.turns.changed(this.#state.hostAt(view.place));
      return await (view.driver as ChangingDriver).carry(bundle.actions);
    } catch (error) {
      if (!(error instanceof BundleLostError)) throw error;
      await this.#link.after(error, bundle, group);
      return undefined;
    }
  }

  /** Takes in what the bundle read; after a failure the read was not reached, so it is asked now. */
  async #learn(bundle: Bundle, results: readonly ActionResult[], group: Group, view: HostView): Promise<void> {
    const answers = bundle.answers(results);
    if (!answers) return this.#link.afterFailure(bundle, results, group, view);
    view.learn(answers);
    const pending = new Set([...view.pending, ...bundle.marks]);
    for (const { node, unmark } of group.working) if (unmark) pending.delete(this.#state.markerAt(placeOf(node), node));
    view.pending = pending;
    this.#state.isSeen(view);
  }

  async #settle(
    group: Group,
    bundle: Bundle,
    results: readonly ActionResult[],
    shown: readonly (readonly ShownChange[])[],
    view: HostView,
  ): Promise<void> {
    for (const [i, entry] of group.entries.entries()) {
      if (entry.steps.length === 0) {
        if (await this.#settleQuiet(entry, view)) return;
        continue;
      }
      const result = bundle.outcomeOf(entry, results);
      const culprit = result.state === "not-started" ? bundle.failedOf(group.entries, results) : undefined;
      const failure = result.failure ?? notReached(culprit) ?? (await unproven(entry.node, view, this.#context.refs));
      this.#remember(entry, result, shown[i] ?? []);
      if (failure && this.#again(culprit?.entry.node ?? entry.node, failure, view)) return;
      await this.#settleCarried(entry.node, failure);
    }
  }

  /** Settles a task that wants no steps. True when it could not be planned and is to be tried again. */
  async #settleQuiet({ node, leftOut, failure }: Entry, view: HostView): Promise<boolean> {
    if (failure && this.#again(node, failure, view)) return true;
    if (failure) this.#failed(node, failure);
    if (leftOut === undefined) await forgive(node, this.#state);
    this.#state.settled++;
    const before = this.#state.carried.get(node);
    const happened = this.#state.inDoubt.delete(node) || before?.state === "changed";
    if (happened) this.#state.changed.add(node.task);
    this.#context.reporter.ended(node, { ...quietReport(leftOut, happened), ...before });
    return false;
  }

  /** Keeps what was done for a task, for the report: its proof may come only after more tries. */
  #remember({ node, cause, steps }: Entry, { durationMs, output }: EntryResult, changes: readonly ShownChange[]): void {
    const before = this.#state.carried.get(node);
    this.#state.carried.set(node, {
      state: alters(steps) || before?.state === "changed" ? "changed" : "ok",
      steps: steps.map(showStep),
      changes,
      reason: cause,
      durationMs,
      output,
      tries: (this.#state.tries.get(node) ?? 0) + 1,
    });
  }

  async #settleCarried(node: TaskNode, failure: Failure | undefined): Promise<void> {
    this.#state.inDoubt.delete(node);
    if (failure) this.#failed(node, failure);
    await forgive(node, this.#state);
    this.#state.settled++;
    const report = this.#state.carried.get(node)!;
    if (report.state === "changed") this.#state.changed.add(node.task);
    this.#context.reporter.ended(node, report);
  }

  /** True when the task may be tried once more: after a pause, and on what is then read anew. */
  #again(node: TaskNode, failure: Failure, view: HostView): boolean {
    const tries = (this.#state.tries.get(node) ?? 0) + 1;
    const { retries = 0, delayMs = DEFAULT_DELAY_MS } = node.task.options;
    if (tries > retries) return false;
    this.#state.tries.set(node, tries);
    this.#state.ended.delete(node);
    this.#context.reporter.note(
      "info",
      `${node.id}: try ${tries} of ${retries + 1} failed (${failure.message}); again in ${delayMs} ms`,
    );
    this.#waiting = { failure, delayMs };
    view.epoch = -1;
    return true;
  }

  #failed(node: TaskNode, failure: Failure): never {
    this.#context.reporter.ended(node, { ...this.#state.carried.get(node), state: "failed", failure });
    this.#state.settled++;
    throw new HostStop("failed", failure, ExitCode.taskFailed);
  }

  /** Names a state for every task that was not reached. */
  #giveUp({ state, failure }: HostStop, culprit?: Task): void {
    const { reporter } = this.#context;
    for (const node of this.#state.rest) {
      if (node.task === culprit && state === "failed") reporter.ended(node, { state, failure });
      else if (this.#state.inDoubt.has(node)) reporter.ended(node, { state: "unknown", failure });
      else if (state === "failed" || state === "skipped")
        reporter.ended(node, { state: "skipped", reason: failure.message });
      else reporter.ended(node, { state: "unreachable", failure });
    }
  }
}

/** False when the run was interrupted: then what failed has failed, and is not tried again. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> => sleep(ms, true, { signal }).catch(() => false);

/** What a task is told that shares a step with a later one, which was not reached because that task failed. */
const notReached = (culprit: { entry: Entry; failure: Failure } | undefined): Failure | undefined =>
  culprit && { ...culprit.failure, message: `${culprit.entry.node.id} failed before it: ${culprit.failure.message}` };

function quietReport(leftOut: string | undefined, happened: boolean): TaskReport {
  if (leftOut !== undefined) return { state: "skipped", reason: leftOut };
  return happened ? { state: "changed", reason: "it had happened when the link was lost" } : { state: "ok" };
}
