import { Footprints } from "../define/footprint.ts";
import { alters, type Step } from "../define/step.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { Failure } from "../report/event.ts";
import { looksAt, probesOf } from "./host-view.ts";
import { mergeOrder } from "./merge-steps.ts";

/** A task as it stands in a group: what it wants, or why it takes no part. */
export interface Entry {
  readonly node: TaskNode;
  readonly steps: readonly Step[];
  /** Why it plans as triggered. */
  readonly cause?: string | undefined;
  /** Its marker is on the host and goes when it is through. */
  readonly unmark: boolean;
  readonly leftOut?: string | undefined;
  /** It could not be planned. */
  readonly failure?: Failure | undefined;
}

/** Tasks that follow each other and whose changes do not meet what the others read: one bundle. */
export class Group {
  readonly entries: Entry[] = [];
  /** What its steps can have changed. */
  readonly touched = new Footprints("touched");
  /** What the proofs of those that want something look at. */
  readonly #looked = new Footprints("looked");
  #order: readonly string[] | undefined = [];
  #reboots = false;
  #idle = true;

  /** The entries that want something done on the host. */
  get working(): readonly Entry[] {
    return this.entries.filter(({ steps, unmark }) => steps.length > 0 || unmark);
  }

  get isIdle(): boolean {
    return this.#idle;
  }

  /** True when the task reacts to a change of this group. */
  triggers({ task }: TaskNode): boolean {
    const causes = task.options.onChangeOf ?? [];
    return causes.length > 0 && this.entries.some(({ node, steps }) => alters(steps) && causes.includes(node.task));
  }

  /** True when a step of this group may have changed what this task looks at. */
  staleFor(node: TaskNode): boolean {
    return this.touched.meet(looksAt(probesOf(node)));
  }

  /** True when these steps can go into the same bundle: they do not spoil the proof of an earlier task, and no reboot is among them. */
  takes(steps: readonly Step[]): boolean {
    if (steps.length === 0 || this.isIdle) return true;
    if (steps.some(({ kind }) => kind === "reboot") || this.#reboots) return false;
    return !steps.some(({ touches }) => this.#looked.meet(touches));
  }

  /** In which order kinds of steps are done together; undefined when this group does its steps one by one. */
  get order(): readonly string[] | undefined {
    return this.#order;
  }

  /** True when these steps can be done together with all that is wanted so far. */
  joins(steps: readonly Step[]): boolean {
    return (
      !this.isIdle && steps.length > 0 && this.#order !== undefined && mergeOrder(this.#order, steps) !== undefined
    );
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    if (entry.steps.length > 0 || entry.unmark) this.#idle = false;
    if (entry.steps.length === 0) return;
    this.#order &&= mergeOrder(this.#order, entry.steps);
    this.#reboots ||= entry.steps.some(({ kind }) => kind === "reboot");
    this.#looked.add(looksAt(probesOf(entry.node)));
    for (const { touches } of entry.steps) this.touched.add(touches);
  }
}
