import type { Footprint } from "../define/footprint.ts";
import { footprintsMeet } from "../define/footprint.ts";
import type { Step } from "../define/step.ts";
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
  #touched: readonly Footprint[] = [];
  #order: readonly string[] | undefined = [];

  get touched(): readonly Footprint[] {
    return this.#touched;
  }

  /** The entries that want something done on the host. */
  get working(): readonly Entry[] {
    return this.entries.filter(({ steps, unmark }) => steps.length > 0 || unmark);
  }

  get isIdle(): boolean {
    return this.working.length === 0;
  }

  /** True when a step of this group may have changed what this task looks at. */
  staleFor(node: TaskNode): boolean {
    return footprintsMeet(this.#touched, looksAt(probesOf(node)));
  }

  /** True when these steps can go into the same bundle: they do not spoil the proof of an earlier task, and no reboot is among them. */
  takes(steps: readonly Step[]): boolean {
    if (steps.length === 0 || this.isIdle) return true;
    if (steps.some(({ kind }) => kind === "reboot") || this.#reboots()) return false;
    const touches = steps.flatMap((step) => step.touches);
    return !this.entries.some(
      (entry) => entry.steps.length > 0 && footprintsMeet(touches, looksAt(probesOf(entry.node))),
    );
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
    if (entry.steps.length) this.#order = this.#order && mergeOrder(this.#order, entry.steps);
    this.#touched = [...this.#touched, ...entry.steps.flatMap((step) => step.touches)];
  }

  #reboots(): boolean {
    return this.entries.some(({ steps }) => steps.some(({ kind }) => kind === "reboot"));
  }
}
