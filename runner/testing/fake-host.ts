import type { Host } from "../define/host.ts";
import type { RoleCall } from "../define/role.ts";
import { applyHost } from "../engine/apply-run.ts";
import { checkHost } from "../engine/check-run.ts";
import { factsFor } from "../engine/fleet.ts";
import { Foresight } from "../engine/foresight.ts";
import { HostTurns } from "../engine/host-turns.ts";
import type { HostOutcome } from "../engine/outcome.ts";
import { type AskOutput, RefBoard } from "../engine/ref-board.ts";
import { type Recorder, Reporter } from "../engine/reporter.ts";
import { expandRoles, type TaskNode } from "../plan/task-node.ts";
import type { RunEvent, TaskEnd } from "../report/event.ts";
import { FakeControl } from "./fake-control.ts";
import { FakeDriver } from "./fake-driver.ts";

/** What became of a role on a fake host. */
export interface FakeRun extends HostOutcome {
  /** The end of each task, in order. */
  readonly tasks: readonly TaskEnd[];
  /** The steps of all tasks, as a plan shows them. */
  readonly steps: readonly string[];
  readonly roundTrips: number;
}

/** A Debian host in memory for tests of roles: `await new FakeHost().apply(role({...}))`. */
export class FakeHost extends FakeDriver {
  readonly host: Host;
  /** Answers outputs that tasks ask of other hosts. */
  ask: AskOutput = (output, host) => Promise.reject(new Error(`nobody answers ${output.name} of ${host}`));

  /** Where values are made that no host gives, such as certificates. */
  readonly control = new FakeControl();
  override here = this.control;

  readonly #others = new Map<string, FakeDriver>();

  constructor(host: Host = { name: "fake", address: "192.0.2.1" }) {
    super();
    this.host = host;
  }

  /** Another host, where tasks with `runOn` are done. */
  other(name: string): FakeDriver {
    const known = this.#others.get(name) ?? new FakeDriver();
    this.#others.set(name, known);
    return known;
  }

  /** What apply would do. Throws when a task fails. */
  check(...calls: readonly RoleCall[]): Promise<FakeRun> {
    return this.#run(calls, (context) =>
      checkHost({ ...context, foresight: new Foresight(), planned: () => undefined }),
    );
  }

  /** Brings the roles to the host. Throws when a task fails. */
  async apply(...calls: readonly RoleCall[]): Promise<FakeRun> {
    const run = await this.attempt(...calls);
    if (run.state !== "done") throw new Error(`${run.state}: ${run.failure?.message}`);
    return run;
  }

  /** As `apply`, but a failure is data. */
  attempt(...calls: readonly RoleCall[]): Promise<FakeRun> {
    return this.#run(calls, (context) => applyHost({ ...context, turns: new HostTurns(), permit: () => undefined }));
  }

  async #run(
    calls: readonly RoleCall[],
    carry: (context: ReturnType<FakeHost["_context"]>) => Promise<HostOutcome>,
  ): Promise<FakeRun> {
    const events: RunEvent[] = [];
    const tripsBefore = this.roundTrips;
    const facts = calls.flatMap((call) => Object.values(call.facts));
    const answers = facts.length ? await this.read(facts) : new Map();
    const nodes = expandRoles(this.host, calls, (call) => factsFor(call, answers));
    const outcome = await carry(this._context(nodes, events));
    const tasks = events.filter((event) => event.type === "task-end");
    return { ...outcome, tasks, steps: tasks.flatMap(({ steps }) => steps), roundTrips: this.roundTrips - tripsBefore };
  }

  /** @internal */
  _context(nodes: ReturnType<typeof expandRoles>, events: RunEvent[]) {
    const recorder: Recorder = { emit: (event) => events.push(event), commit: () => Promise.resolve(), now: () => 0 };
    return {
      host: this.host,
      nodes,
      reporter: new Reporter(recorder, 0, this.host.name),
      refs: new RefBoard((output, host) => this.ask(output, host), this.control),
      signal: new AbortController().signal,
      leftOut: () => undefined,
      driverFor: (node?: TaskNode) => {
        const elsewhere = node?.task.options.runOn;
        return Promise.resolve(elsewhere ? this.other(elsewhere.name) : this);
      },
      show: async () => [],
    };
  }
}
