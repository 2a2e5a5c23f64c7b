import type { Host } from "../define/host.ts";
import { InventoryRefusal } from "../define/inventory-refusal.ts";
import type { Play, Playbook } from "../define/playbook.ts";
import type { Probe } from "../define/probe.ts";
import type { RoleCall } from "../define/role.ts";
import { InputError } from "../errors.ts";
import { batches } from "./batch.ts";
import { placeOfThrow, whatWasThrown, withPlace } from "./place-of-throw.ts";

/** A play with its batches, and what each host is given. */
export interface PlannedPlay {
  /** Its place among all plays of the playbook, also those that take no part in this run. */
  readonly index: number;
  readonly play: Play;
  readonly batches: readonly (readonly Host[])[];
  readonly calls: ReadonlyMap<string, readonly RoleCall[]>;
}

/** All that is known before a host is contacted. */
export interface RunPlan {
  readonly plays: readonly PlannedPlay[];
  readonly hosts: readonly Host[];
  /** The facts that the roles of all plays need of a host. */
  readonly facts: ReadonlyMap<string, readonly Probe<unknown>[]>;
}

/** Expands plays to the wanted hosts and roles; every role's variables are checked here. Throws InputError. */
export function planRun(
  plays: readonly Play[],
  wanted: (host: Host) => boolean,
  roles: readonly string[] = [],
): RunPlan {
  const all = plays.map((play, index) => planPlay(play, index, wanted));
  const chosen = roles.length ? all.map((planned) => onlyRoles(planned, roles)) : all;
  const planned = chosen.filter(({ batches: some }) => some.length > 0);
  const hosts = new Map(planned.flatMap(({ batches: some }) => some.flat().map((host) => [host.name, host])));
  const facts = new Map([...hosts.keys()].map((name) => [name, factsOf(planned, name)]));
  return { plays: planned, hosts: [...hosts.values()], facts };
}

/** The plays of a playbook for an inventory; what its code throws is told with the playbook's name, but for an InventoryRefusal. */
export function playsOf(
  playbook: Playbook,
  file: string,
  inventory: Parameters<Playbook["plays"]>[0],
): readonly Play[] {
  try {
    return playbook.plays(inventory);
  } catch (cause) {
    if (cause instanceof InventoryRefusal) throw cause;
    if (cause instanceof InputError) throw withPlace(cause);
    const place = placeOfThrow(cause, file);
    throw new InputError({ code: "PLY004", place, message: `the playbook threw ${whatWasThrown(cause)}` }, cause);
  }
}

function planPlay(play: Play, index: number, wanted: (host: Host) => boolean): PlannedPlay {
  const hosts = play.on.hosts.filter(wanted);
  const calls = new Map(hosts.map((host) => [host.name, callsFor(play, host)]));
  return { index, play, calls, batches: batches(hosts, play.batch) };
}

/** What is left of a play when only some roles are wanted: a host without any of them takes no part. */
function onlyRoles({ index, play, batches: all, calls }: PlannedPlay, roles: readonly string[]): PlannedPlay {
  const wanted = ({ name, role }: RoleCall) => roles.includes(name) || roles.includes(role);
  const chosen = new Map(
    [...calls].map(([host, list]) => [host, list.filter(wanted)] as const).filter(([, list]) => list.length > 0),
  );
  const hosts = all.flat().filter(({ name }) => chosen.has(name));
  return { index, play, calls: chosen, batches: batches(hosts, play.batch) };
}

function callsFor(play: Play, host: Host): readonly RoleCall[] {
  try {
    return play.roles(host);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const where = `play "${play.title}", host ${host.name}: `;
    throw new InputError(
      withPlace(cause).problems.map((problem) => ({ ...problem, message: `${where}${problem.message}` })),
      cause,
    );
  }
}

function factsOf(plays: readonly PlannedPlay[], host: string): readonly Probe<unknown>[] {
  const all = plays.flatMap(({ calls }) => (calls.get(host) ?? []).flatMap(({ facts }) => Object.values(facts)));
  return [...new Map(all.map((probe) => [probe.key, probe])).values()];
}
