import type { Task } from "../define/task.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { Failure } from "../report/event.ts";
import { Group } from "./group.ts";
import type { ApplyContext } from "./host-context.ts";
import { HostView, hostOfPlace, placeOf } from "./host-view.ts";
import { markerOf } from "./markers.ts";
import type { TaskReport } from "./reporter.ts";
import { upcoming } from "./upcoming.ts";

/** Where the tasks of one host stand while they are carried out. */
export class ApplyState {
  readonly context: ApplyContext;
  /** What has been seen, by the place where tasks are done. */
  readonly views = new Map<string, HostView>();
  readonly changed = new Set<Task>();
  /** Tasks whose steps may or may not have happened when a link broke. */
  readonly inDoubt = new Set<TaskNode>();
  /** Tasks that must not be done twice and whose end was heard before the link broke: why they failed, if they did. */
  readonly ended = new Map<TaskNode, Failure | undefined>();
  readonly tries = new Map<TaskNode, number>();
  /** What was done for a task so far, as its report will say. */
  readonly carried = new Map<TaskNode, TaskReport>();
  /** How many tasks are settled. */
  settled = 0;
  /** Counts bundles that changed something; a view of an older epoch is read again, because places see each other's changes. */
  epoch = 0;

  constructor(context: ApplyContext) {
    this.context = context;
  }

  get done(): boolean {
    return this.settled >= this.context.nodes.length;
  }

  /** The tasks that are not settled. */
  get rest(): readonly TaskNode[] {
    return this.context.nodes.slice(this.settled);
  }

  /** Those of `nodes` that are wanted and done at this place. */
  at(place: string, nodes = this.rest): readonly TaskNode[] {
    return nodes.filter((node) => placeOf(node) === place && this.context.leftOut(node) === undefined);
  }

  /** Those of a place's open tasks that will probably make up its next bundle, when this group has been carried out. */
  upcoming(view: HostView, group = new Group()): readonly TaskNode[] {
    const nodes = this.at(view.place, this.rest.slice(group.entries.length));
    if (view.isBlank) return nodes;
    const effects = group.entries.flatMap(({ steps }) => steps.flatMap((step) => step.effects));
    const isTriggered = (node: TaskNode) =>
      group.triggers(node) || (node.task.options.onChangeOf?.some((cause) => this.changed.has(cause)) ?? false);
    return upcoming(nodes, view.foreseeing(effects), isTriggered);
  }

  /** The name of a task's marker at a place. */
  markerAt(place: string, { id }: TaskNode): string {
    return markerOf(id, this.context.host.name, place);
  }

  /** The tasks that react to a change of this one. */
  reactionsTo({ task }: TaskNode): readonly TaskNode[] {
    return this.context.nodes.filter((other) => other.task.options.onChangeOf?.includes(task));
  }

  /** The places where a marker says that this task still has to react to a change there. */
  owedAt(node: TaskNode): readonly string[] {
    return [...this.views].flatMap(([place, { pending }]) => (pending.has(this.markerAt(place, node)) ? [place] : []));
  }

  /** The view of a task's place; made when its first task is reached. */
  async viewOf(node: TaskNode): Promise<HostView> {
    const place = placeOf(node);
    const view = this.views.get(place) ?? new HostView(await this.context.driverFor(node), place);
    this.views.set(place, view);
    return view;
  }

  /** The host that a place is on. */
  hostAt(place: string): string {
    return hostOfPlace(place, this.context.host.name);
  }

  /** False when something may have changed since this was seen. */
  isFresh({ epoch, changes, place }: HostView): boolean {
    return epoch === this.epoch && changes === this.context.turns.changesOf(this.hostAt(place));
  }

  /** Notes that a view shows what is. */
  isSeen(view: HostView): void {
    view.epoch = this.epoch;
    view.changes = this.context.turns.changesOf(this.hostAt(view.place));
  }

  /** Markers, at the place of this change, of the tasks that will have to react to it and have none there yet; notes them in `marked`. */
  marksFor(node: TaskNode, marked: Set<string>): readonly { readonly marker: string; readonly note: string }[] {
    const owing = this.reactionsTo(node).map((other) => ({
      marker: this.markerAt(placeOf(node), other),
      note: other.id,
    }));
    const fresh = owing.filter(({ marker }) => !marked.has(marker));
    for (const { marker } of fresh) marked.add(marker);
    return fresh;
  }
}
