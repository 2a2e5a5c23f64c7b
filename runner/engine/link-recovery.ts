import { alters } from "../define/step.ts";
import { ExitCode } from "../errors.ts";
import type { TaskNode } from "../plan/task-node.ts";
import { type ActionResult, BundleLostError } from "./action.ts";
import type { ApplyState } from "./apply-state.ts";
import type { Bundle } from "./bundle.ts";
import type { Group } from "./group.ts";
import type { HostView } from "./host-view.ts";
import { HostStop } from "./outcome.ts";

const MAX_RECONNECTS = 3;

/** Goes on after a lost link: what may have happened is read again, never assumed. */
export class LinkRecovery {
  readonly #state: ApplyState;
  #reconnects = 0;

  constructor(state: ApplyState) {
    this.#state = state;
  }

  /** Reads what the next tasks of a place need, and `others`; connects again when the link breaks. Throws HostStop. */
  async refresh(view: HostView, others: readonly TaskNode[] = []): Promise<void> {
    try {
      await view.refresh([...others, ...this.#state.upcoming(view)]);
      this.#state.isSeen(view);
    } catch (error) {
      if (!(error instanceof BundleLostError)) throw error;
      await this.#reconnect(error);
      await this.refresh(view, others);
    }
  }

  /**
   * A step failed, so the read at the bundle's end was not reached: looks now. When that cannot be done (a host that does
   * not come back from its restart), what was begun is unknown, and why it failed is told. Throws HostStop.
   */
  async afterFailure(bundle: Bundle, results: readonly ActionResult[], group: Group, view: HostView): Promise<void> {
    try {
      await this.refresh(
        view,
        group.entries.map(({ node }) => node),
      );
    } catch (error) {
      const failed = bundle.failedOf(group.entries, results);
      if (failed === undefined || this.#state.context.signal.aborted) throw error;
      const begun = group.working.filter((entry) => bundle.outcomeOf(entry, results).state !== "not-started");
      for (const { node, steps } of begun) if (alters(steps)) this.#state.inDoubt.add(node);
      const final = begun.some(({ node }) => !node.task.repeatable);
      const detail = error instanceof Error ? error.message : String(error);
      throw this.#stop(`${failed.entry.node.id}: ${failed.failure.message}`, detail, final);
    }
  }

  /** The link broke under a bundle: notes what is in doubt, connects, reads everything again. Throws HostStop. */
  async after(lost: BundleLostError, bundle: Bundle, group: Group): Promise<void> {
    const { inDoubt, ended, context, views } = this.#state;
    const outcomes = group.working.map((entry) => ({
      node: entry.node,
      steps: entry.steps,
      isReaction: entry.cause !== undefined,
      ...bundle.outcomeOf(entry, lost.results),
    }));
    for (const { node, steps, state, failure, acted, isReaction } of outcomes) {
      if (state !== "not-started" && alters(steps)) inDoubt.add(node);
      if (acted && (isReaction || !node.task.repeatable)) ended.set(node, undefined);
      if (failure && !node.task.repeatable) ended.set(node, failure);
    }
    const unsafe = outcomes.find(
      ({ node, state }) => state === "in-doubt" && !node.task.repeatable && !ended.has(node),
    );
    if (unsafe) throw this.#stop(lostLink(lost), `${unsafe.node.id} must not be done twice`, true);
    context.reporter.note("warning", `the link was lost (${lost.message}); connecting again`);
    await this.#reconnect(lost);
    for (const view of views.values()) await this.refresh(view);
  }

  async #reconnect(lost: Error): Promise<void> {
    if (++this.#reconnects > MAX_RECONNECTS) throw this.#stop(lostLink(lost), `it was lost ${this.#reconnects} times`);
    try {
      for (const view of this.#state.views.values()) await view.driver.reconnect();
    } catch (error) {
      throw this.#stop(lostLink(lost), error instanceof Error ? error.message : String(error));
    }
  }

  #stop(message: string, detail: string, final = false): HostStop {
    const state = this.#state.inDoubt.size ? "unknown" : "unreachable";
    const fix = "run again: it goes on from what is true on the host";
    return new HostStop(state, { message: `${message}; ${detail}`, fix }, ExitCode.unreachable, final);
  }
}

const lostLink = ({ message }: Error): string => `the link was lost: ${message}`;
