import { conditionOf } from "../define/condition.ts";
import type { Footprint, Footprints } from "../define/footprint.ts";
import type { Probe } from "../define/probe.ts";
import type { Effect } from "../define/step.ts";
import type { TaskNode } from "../plan/task-node.ts";
import { type Answers, type HostDriver, ProbeFailure } from "./action.ts";
import { pendingMarkers } from "./markers.ts";
import { TaskFailed } from "./outcome.ts";

/** Where a task is done: the play's host as the session's user, or elsewhere: `<runOn> <becomeUser>`, each empty when not given. */
export const placeOf = ({ task: { options } }: TaskNode): string =>
  `${options.runOn?.name ?? ""} ${options.becomeUser ?? ""}`;

/** The host of a place; `own` where the place does not name one. */
export const hostOfPlace = (place: string, own: string): string => place.split(" ")[0] || own;

/** All that a task's plan and its `until` look at. */
export const probesOf = ({ task }: TaskNode): readonly Probe<unknown>[] => [
  ...Object.values(task.reads),
  ...(task.options.until ? [conditionOf(task.options.until).probe] : []),
];

/** What the answers of some probes depend on. */
export const looksAt = (probes: readonly Probe<unknown>[]): readonly Footprint[] =>
  probes.flatMap(({ kind, argument }) => kind.looksAt(argument as never));

/** What has been seen of one place, kept until a change may have made it stale. */
export class HostView {
  readonly driver: HostDriver;
  readonly place: string;
  readonly #answers = new Map<string, unknown>();
  /** Answers that a change may have made untrue, by their keys. */
  readonly #stale = new Set<string>();
  /** Markers of tasks that have not yet reacted to a change. */
  pending: ReadonlySet<string> = new Set();
  /** The count of changing bundles when this was last up to date; at first nothing has been seen, not even markers. */
  epoch = -1;
  /** The same count of all that is done on its host, also for other hosts. */
  changes = 0;

  constructor(driver: HostDriver, place: string) {
    this.driver = driver;
    this.place = place;
  }

  /** Nothing has been seen yet. */
  get isBlank(): boolean {
    return this.#answers.size === 0;
  }

  /** Asks again what these tasks need, in one round trip; all else counts as not known. */
  async refresh(nodes: readonly TaskNode[]): Promise<void> {
    const answers = await this.driver.read(unique([pendingMarkers, ...nodes.flatMap(probesOf)]));
    for (const key of this.#answers.keys()) this.#stale.add(key);
    this.learn(answers);
    this.pending = new Set(this.answer(pendingMarkers));
  }

  learn(answers: Answers): void {
    for (const [key, answer] of answers) {
      this.#answers.set(key, answer);
      this.#stale.delete(key);
    }
  }

  /** A change may have made the answers to these untrue. */
  expire(probes: readonly Probe<unknown>[]): void {
    for (const { key } of probes) this.#stale.add(key);
  }

  /** True when all that the task looks at has been seen, and has not changed since. */
  knows(node: TaskNode): boolean {
    return probesOf(node).every((probe) => this.has(probe));
  }

  /** True when it has been answered, and nothing may have changed the answer since. */
  has({ key }: Probe<unknown>): boolean {
    return this.#answers.has(key) && !this.#stale.has(key);
  }

  answer<T>(probe: Probe<T>): T {
    const answer = this.#answers.get(probe.key);
    // No answer at all must never read as "there is nothing".
    if (!this.has(probe)) throw new TaskFailed({ message: `nothing was answered to ${probe.key}` });
    if (answer instanceof ProbeFailure) throw new TaskFailed(answer.failure);
    return answer as T;
  }

  /** The answers a task's plan is given, by their names. Throws TaskFailed when one could not be had. */
  current({ task }: Pick<TaskNode, "task">): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(task.reads).map(([name, probe]) => [name, this.answer(probe)]));
  }

  /** Whether the task's `until` holds; true without one. */
  satisfied({ task }: TaskNode): boolean {
    if (!task.options.until) return true;
    const { probe, test } = conditionOf(task.options.until);
    return test(this.answer(probe));
  }

  /** A copy of this view with predictions laid over it; what was seen last counts, however long ago. */
  foreseeing(effects: readonly Effect[]): HostView {
    const view = new HostView(this.driver, this.place);
    view.learn(this.#answers);
    view.lay(effects);
    return view;
  }

  /** Lays predictions over the answers: what later tasks of a plan will find. */
  lay(effects: readonly Effect[]): void {
    for (const { probe, answer } of effects) {
      const before = this.#answers.get(probe.key);
      const base =
        before === undefined || before instanceof ProbeFailure ? probe.kind.bare(probe.argument as never) : before;
      this.#answers.set(probe.key, answer(base));
    }
  }
}

/** The probes of some tasks that a change may have made stale. */
export const staleProbes = (nodes: readonly TaskNode[], touched: Footprints): readonly Probe<unknown>[] =>
  unique(nodes.flatMap(probesOf).filter((probe) => touched.meet(looksAt([probe]))));

export const unique = (probes: readonly Probe<unknown>[]): readonly Probe<unknown>[] => [
  ...new Map(probes.map((probe) => [probe.key, probe])).values(),
];
