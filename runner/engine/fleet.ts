import type { Host } from "../define/host.ts";
import type { Output } from "../define/output.ts";
import type { Probe } from "../define/probe.ts";
import type { RoleCall } from "../define/role.ts";
import type { TaskNode } from "../plan/task-node.ts";
import type { Target, Transport } from "../transport/transport.ts";
import { type Answers, BundleLostError, type ChangingDriver, type HostDriver, ProbeFailure } from "./action.ts";
import { HostLink } from "./host-link.ts";
import { TaskFailed } from "./outcome.ts";
import { type DriverOptions, SessionDriver } from "./session-driver.ts";

/** What a run needs of the hosts it may reach; `RealFleet` over a transport, or one in memory. */
export interface Fleet {
  /** The driver of a host as a user; one for each pair in a run. */
  driver(host: string, user?: string): ChangingDriver;
  /** Round trips to a host so far, as all of its users. */
  roundTrips(host: string): number;
  /** Ends the connection of a host that is no longer needed, when what other hosts do there has ended. */
  release(host: string): Promise<void>;
  close(): Promise<void>;
}

export interface RealFleetOptions extends DriverOptions {
  readonly transport: Transport;
  readonly targetOf: (host: string) => Target;
  readonly signal: AbortSignal;
  /** Takes the lock of each host when given: who holds it, for the others to read. */
  readonly lockOwner: string | undefined;
}

/** Hosts over a transport: a link for each, opened when first needed. */
export class RealFleet implements Fleet {
  readonly #options: RealFleetOptions;
  readonly #links = new Map<string, HostLink>();
  readonly #drivers = new Map<string, SessionDriver>();

  constructor(options: RealFleetOptions) {
    this.#options = options;
  }

  driver(host: string, user?: string): ChangingDriver {
    const key = `${host} ${user ?? ""}`;
    const driver = this.#drivers.get(key) ?? new SessionDriver(this.#link(host), user, this.#options);
    this.#drivers.set(key, driver);
    return driver;
  }

  roundTrips(host: string): number {
    return this.#driversOf(host).reduce((sum, driver) => sum + driver.roundTrips, 0);
  }

  async release(host: string): Promise<void> {
    await Promise.all(this.#driversOf(host).map((driver) => driver.idle()));
    await this.#links.get(host)?.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
    await this.#options.transport.close();
  }

  #driversOf(host: string): readonly SessionDriver[] {
    return [...this.#drivers].flatMap(([key, driver]) => (key.startsWith(`${host} `) ? [driver] : []));
  }

  #link(host: string): HostLink {
    const { transport, targetOf, signal, lockOwner } = this.#options;
    const link = this.#links.get(host) ?? new HostLink(transport, targetOf(host), signal, lockOwner);
    this.#links.set(host, link);
    return link;
  }
}

/** The driver of the place where a task is done. */
export const driverOf = (fleet: Fleet, host: Host, node?: TaskNode): ChangingDriver =>
  fleet.driver(node?.task.options.runOn?.name ?? host.name, node?.task.options.becomeUser);

/** Reads; once more over a new connection when the link breaks, because to look twice does no harm. */
export async function readAgain(driver: HostDriver, probes: readonly Probe<unknown>[]): Promise<Answers> {
  try {
    return await driver.read(probes);
  } catch (error) {
    if (!(error instanceof BundleLostError)) throw error;
    await driver.reconnect();
    return driver.read(probes);
  }
}

/** Facts of hosts, asked once a run. */
export class FactStore {
  readonly #fleet: Fleet;
  readonly #wanted: ReadonlyMap<string, readonly Probe<unknown>[]>;
  readonly #known = new Map<string, Promise<Answers>>();

  constructor(fleet: Fleet, wanted: ReadonlyMap<string, readonly Probe<unknown>[]>) {
    this.#fleet = fleet;
    this.#wanted = wanted;
  }

  /** All facts of a host; nothing is asked when no role wants any. */
  of(host: string): Promise<Answers> {
    const wanted = this.#wanted.get(host) ?? [];
    const known =
      this.#known.get(host) ??
      (wanted.length ? readAgain(this.#fleet.driver(host), wanted) : Promise.resolve(new Map()));
    this.#known.set(host, known);
    known.catch(() => this.#known.delete(host));
    return known;
  }
}

/** The facts that one role asked for, by their names. Throws TaskFailed when one could not be had. */
export function factsFor(call: RoleCall, answers: Answers): Readonly<Record<string, unknown>> {
  const named = Object.entries(call.facts).map(([name, probe]) => {
    const answer = answers.get(probe.key);
    if (answer instanceof ProbeFailure)
      throw new TaskFailed({
        ...answer.failure,
        message: `fact "${name}" of role ${call.name}: ${answer.failure.message}`,
      });
    return [name, answer] as const;
  });
  return Object.fromEntries(named);
}

/** Asks a host for an output. Throws TaskFailed when the host's answer makes no sense. */
export async function askOutput(fleet: Fleet, output: Output<unknown>, host: string): Promise<unknown> {
  const driver = fleet.driver(host);
  if (output.probe) return answerOf((await readAgain(driver, [output.probe])).get(output.probe.key), output, host);
  const result = await driver.capture(output.command!);
  if (result.exitCode !== 0) {
    throw new TaskFailed({
      message: `${output.name} of ${host}: exit code ${result.exitCode}`,
      command: output.command!.toString(),
      exitCode: result.exitCode,
      output: result.stderr,
    });
  }
  return output.parse!(result);
}

function answerOf(answer: unknown, output: Output<unknown>, host: string): unknown {
  if (answer instanceof ProbeFailure)
    throw new TaskFailed({ ...answer.failure, message: `${output.name} of ${host}: ${answer.failure.message}` });
  return answer;
}
