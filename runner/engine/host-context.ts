import type { Host } from "../define/host.ts";
import type { Change, Step } from "../define/step.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { ShownChange } from "../report/event.ts";
import type { ChangingDriver, HostDriver } from "./action.ts";
import type { Foresight } from "./foresight.ts";
import type { HostTurns } from "./host-turns.ts";
import type { RefBoard } from "./ref-board.ts";
import type { Reporter } from "./reporter.ts";

/** What the tasks of one play on one host have to work with. */
export interface HostContext<D extends HostDriver = HostDriver> {
  readonly host: Host;
  readonly nodes: readonly TaskNode[];
  /** Why a task is left out; undefined when it is wanted. */
  readonly leftOut: (node: TaskNode) => string | undefined;
  /** The driver of the place where a task is done. */
  readonly driverFor: (node?: TaskNode) => Promise<D>;
  readonly refs: RefBoard;
  readonly reporter: Reporter;
  /** Makes changes readable; asks for the old text of files when a diff was wished for. */
  readonly show: (changes: readonly Change[], driver: HostDriver) => Promise<readonly ShownChange[]>;
  readonly signal: AbortSignal;
}

export type ApplyContext = HostContext<ChangingDriver> & {
  /** Shared by all hosts of a run. */
  readonly turns: HostTurns;
  /** Told before steps are taken; throws when a saved plan does not have them. */
  readonly permit: (node: TaskNode, steps: readonly Step[]) => void;
};

export type CheckContext = HostContext & {
  /** Shared by all hosts and plays of a run. */
  readonly foresight: Foresight;
  /** Told what each task would do; undefined when that is known only after earlier changes. A saved plan is made of it. */
  readonly planned: (node: TaskNode, steps: readonly Step[] | undefined) => void;
};
