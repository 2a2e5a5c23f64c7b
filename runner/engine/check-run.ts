import { type Footprint, footprintsMeet } from "../define/footprint.ts";
import { alters, type Step } from "../define/step.ts";
import type { Task } from "../define/task.ts";
import { UnreachableError } from "../errors.ts";
import type { TaskNode } from "../plan/task-node.ts";
import { BundleLostError } from "./action.ts";
import type { CheckContext } from "./host-context.ts";
import { HostView, looksAt, placeOf, probesOf } from "./host-view.ts";
import { markerOf } from "./markers.ts";
import { failureOf, type HostOutcome, type HostStop, stopFor } from "./outcome.ts";
import { planTask } from "./plan-task.ts";
import { showStep } from "./show-step.ts";

/** Says what apply would do: the same plans over the same answers, with each step's effects laid over what later tasks read. */
export async function checkHost(context: CheckContext): Promise<HostOutcome> {
  const run = new CheckRun(context);
  return run.all();
}

class CheckRun {
  readonly #context: CheckContext;
  readonly #views = new Map<string, HostView>();
  readonly #changed = new Set<Task>();

  constructor(context: CheckContext) {
    this.#context = context;
  }

  async all(): Promise<HostOutcome> {
    const { nodes, reporter } = this.#context;
    for (const [at, node] of nodes.entries()) {
      this.#context.signal.throwIfAborted();
      const stop = await this.#one(node).catch(stopFor);
      if (stop) return this.#giveUp(stop, nodes.slice(at));
    }
    return { state: "done", counts: reporter.counts };
  }

  #giveUp({ state, failure, exitCode }: HostStop, [node, ...rest]: readonly TaskNode[]): HostOutcome {
    const { reporter } = this.#context;
    const reached = state === "failed" || state === "skipped";
    // Why a host cannot be reached is told once, with the host.
    const left = { state: reached ? ("skipped" as const) : ("unreachable" as const), reason: failure.message };
    if (node) reporter.ended(node, reached ? { state, failure } : left);
    for (const other of rest) reporter.ended(other, left);
    return { state, failure, exitCode, counts: reporter.counts };
  }

  async #one(node: TaskNode): Promise<undefined> {
    const { reporter, planned, show } = this.#context;
    const reason = this.#context.leftOut(node);
    if (reason !== undefined) return void reporter.ended(node, { state: "skipped", reason });
    const view = await this.#viewOf(node);
    const cause = this.#cause(node);
    const steps = await this.#plan(node, view, cause !== undefined);
    if (steps === undefined) return undefined;
    planned(node, steps);
    if (steps.length === 0) return void reporter.ended(node, { state: "ok" });
    const changes = await show(
      steps.flatMap((step) => step.changes),
      view.driver,
    );
    view.lay(steps.flatMap((step) => step.effects));
    this.#context.foresight.add(this.#target(node), node.task.options.becomeUser, steps);
    const altered = alters(steps);
    if (altered) this.#changed.add(node.task);
    const state = altered ? "changed" : "ok";
    reporter.ended(node, { state, steps: steps.map(showStep), changes, reason: cause });
  }

  /** The wanted steps; undefined when they cannot be told before an earlier change of this plan has really been made. */
  async #plan(node: TaskNode, view: HostView, triggered: boolean): Promise<readonly Step[] | undefined> {
    try {
      return await planTask(node, view, this.#context.refs, triggered);
    } catch (error) {
      if (!footprintsMeet(this.#touched(node), looksAt(probesOf(node)))) throw error;
      this.#context.planned(node, undefined);
      this.#changed.add(node.task);
      this.#context.reporter.ended(node, {
        state: "changed",
        reason: `known after apply: ${failureOf(error).message}`,
      });
      return undefined;
    }
  }

  /** The host that a task is done on. */
  #target({ task }: TaskNode): string {
    return task.options.runOn?.name ?? this.#context.host.name;
  }

  /** What the steps planned so far, in this and in earlier plays, can have changed where a task is done. */
  #touched(node: TaskNode): readonly Footprint[] {
    return this.#context.foresight.touched(this.#target(node));
  }

  /** Why the task plans as triggered; undefined when it does not. */
  #cause({ id, task }: TaskNode): string | undefined {
    const changed = (task.options.onChangeOf ?? []).find((cause) => this.#changed.has(cause));
    if (changed) return `reacts to ${changed.name}`;
    const owed = [...this.#views].some(([place, { pending }]) =>
      pending.has(markerOf(id, this.#context.host.name, place)),
    );
    return owed ? "reacts to a change of an earlier run" : undefined;
  }

  /** Reads all tasks of a place at once, when its first task is reached. */
  async #viewOf(node: TaskNode): Promise<HostView> {
    const place = placeOf(node);
    const known = this.#views.get(place);
    if (known) return known;
    const { nodes, leftOut } = this.#context;
    const wanted = nodes.filter((other) => placeOf(other) === place && leftOut(other) === undefined);
    const view = await this.#look(node, wanted);
    view.lay(this.#context.foresight.effects(this.#target(node), node.task.options.becomeUser));
    this.#views.set(place, view);
    return view;
  }

  /** Looks; once more over a new connection when the link breaks. */
  async #look(node: TaskNode, wanted: readonly TaskNode[], again = true): Promise<HostView> {
    const view = new HostView(await this.#context.driverFor(node), placeOf(node));
    try {
      await view.refresh(wanted);
      return view;
    } catch (error) {
      if (error instanceof BundleLostError && again) {
        await view.driver.reconnect();
        return this.#look(node, wanted, false);
      }
      const stranger = this.#newcomer(node, error);
      return stranger ? this.#look(stranger, wanted) : Promise.reject(error);
    }
  }

  /** A user that this plan would make cannot look yet, so the session's own user looks in its place. */
  #newcomer(node: TaskNode, error: unknown): TaskNode | undefined {
    const { becomeUser, ...options } = node.task.options;
    if (becomeUser === undefined || !(error instanceof UnreachableError) || error.reason !== "become") return undefined;
    return footprintsMeet(this.#touched(node), [`user:${becomeUser}`])
      ? { ...node, task: { ...node.task, options } }
      : undefined;
  }
}
