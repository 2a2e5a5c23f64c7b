import type { Command } from "../define/command.ts";
import type { Scenario } from "../define/drill.ts";
import { run } from "../define/step.ts";
import { type ChangingDriver, ProbeFailure } from "../engine/action.ts";
import { type Fleet, readAgain } from "../engine/fleet.ts";
import { gateObjection } from "../engine/gates.ts";
import { type SwitchState, switchState } from "./dead-man-switch.ts";

/** Nothing was broken, and why. Never leaves the drill. */
export class Refused extends Error {}

/** Every host that a drill has to do with. */
export const hostsOf = ({ held, guards, victim }: Scenario): readonly string[] => [
  ...new Set([held.by, victim.among, ...guards.map(({ on }) => on)].flatMap((group) => group.map(({ name }) => name))),
];

/** Connects to all, which takes their locks, and looks whether an earlier drill has left something. Throws Refused, UnreachableError, LockedError. */
export async function connectAll(fleet: Fleet, hosts: readonly string[]): Promise<void> {
  const ends = await Promise.allSettled(hosts.map((host) => askSwitch(fleet, host, [])));
  for (const [i, end] of ends.entries()) {
    if (end.status === "rejected") throw end.reason;
    if (end.value.armed)
      throw new Refused(
        `${hosts[i]} still has to mend what an earlier drill broke; it does so by itself within minutes`,
      );
  }
}

/** Throws Refused when the host cannot be broken and mended in this way. */
export async function requirePrograms(fleet: Fleet, host: string, needs: readonly string[]): Promise<void> {
  const { missing } = await askSwitch(fleet, host, needs);
  if (missing.length)
    throw new Refused(`${host} lacks ${missing.join(", ")}, which this drill needs; install it there`);
}

/** How often the host has been started is told by this: another one after each start. */
export const bootIdOf = async (fleet: Fleet, host: string): Promise<string> =>
  (await askSwitch(fleet, host, [])).bootId;

async function askSwitch(fleet: Fleet, host: string, needs: readonly string[]): Promise<SwitchState> {
  const probe = switchState(needs);
  const answer = (await readAgain(fleet.driver(host), [probe])).get(probe.key);
  if (answer instanceof ProbeFailure) throw new Refused(`${host}: ${answer.failure.message}`);
  return answer as SwitchState;
}

/** What speaks against all being well; undefined when nothing does. */
export async function guardObjection({ guards }: Scenario, fleet: Fleet): Promise<string | undefined> {
  for (const guard of guards) {
    const objection = await gateObjection(guard, guard.on.hosts, fleet);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

/** Runs a command that changes the host. Throws with what it said. */
export async function change(driver: ChangingDriver, command: Command, timeoutMs: number): Promise<void> {
  const [result] = await driver.carry([{ kind: "step", step: run(command), timeoutMs }]);
  if (result?.state === "done") return;
  const { message, output } = result?.state === "failed" ? result.failure : { message: "it was not done", output: "" };
  throw new Error(output ? `${message}: ${output.split("\n").at(-1)}` : message);
}
