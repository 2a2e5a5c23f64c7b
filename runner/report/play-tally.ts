import type { Counts, HostState, TaskState } from "./event.ts";
import { oneLine } from "./sanitize.ts";

/** One play of a run as numbers: hosts done, changed and failed. */
export class PlayTally {
  title = "";
  /** Hosts of the play. */
  size = 0;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Hosts whose play has ended, whatever the end. */
  done = 0;
  readonly running = new Set<string>();
  readonly changed = new Set<string>();
  readonly failed = new Set<string>();
  /** Tasks of hosts that are done. */
  readonly tasks: Record<TaskState, number> = { ok: 0, changed: 0, failed: 0, unreachable: 0, unknown: 0, skipped: 0 };

  describe(title: string, hosts: readonly string[]): void {
    this.title = oneLine(title);
    this.size = hosts.length;
  }

  start(at: number): void {
    this.startedAt = at;
  }

  finish(at: number): void {
    this.endedAt = at;
    this.running.clear();
  }

  noteTask(host: string, state: TaskState): void {
    if (state === "changed") this.changed.add(host);
    if (state === "failed" || state === "unreachable" || state === "unknown") this.failed.add(host);
  }

  endHost(host: string, state: HostState, counts: Counts): void {
    this.done += 1;
    this.running.delete(host);
    if (counts.changed > 0) this.changed.add(host);
    if (state !== "done" && state !== "skipped") this.failed.add(host);
    for (const key of Object.keys(this.tasks) as TaskState[]) this.tasks[key] += counts[key];
  }
}
