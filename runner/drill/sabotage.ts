import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../define/fault.ts";
import type { Fleet } from "../engine/fleet.ts";
import { arm, breakAll, mend } from "./dead-man-switch.ts";
import { change } from "./drill-hosts.ts";
import type { Lookout } from "./lookout.ts";

const STEP_MS = 60_000;
const AGAIN_MS = 1000;
/** The host's own timer mends this much later than this process would. */
const SPARE_MS = 15_000;

export interface Sabotage {
  readonly fleet: Fleet;
  readonly host: string;
  readonly faults: readonly Fault[];
  readonly lookout: Lookout;
}

/** Arms the host's own timer, then breaks. A host that will be out of reach mends itself after `holdMs`. Throws. */
export async function breakHost(
  { fleet, host, faults, lookout }: Sabotage,
  { holdMs, timeoutMs }: { readonly holdMs: number; readonly timeoutMs: number },
): Promise<void> {
  const driver = fleet.driver(host);
  const cutOff = faults.some(({ cutsLink }) => cutsLink);
  if (faults.some((fault) => fault.mend !== undefined))
    await change(driver, arm(faults, timeoutMs + SPARE_MS), STEP_MS);
  if (cutOff) lookout.pause(host);
  await change(driver, breakAll(faults, holdMs), STEP_MS);
  // A link that falls silent would be believed for half a minute; a new one is made when the host is back.
  if (cutOff) await fleet.release(host);
}

/** Mends, as soon as the host can be reached. Throws when that takes longer than `withinMs`: the host's own timer goes on trying. */
export async function mendHost({ fleet, host, lookout }: Sabotage, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      await change(fleet.driver(host), mend, STEP_MS);
      lookout.resume(host);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await fleet
        .driver(host)
        .reconnect()
        .catch(() => undefined);
      await sleep(AGAIN_MS);
    }
  }
}
