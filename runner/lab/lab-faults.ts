import { isRunning, powerOff, powerOn, setCable, wipe } from "./host-power.ts";
import { findHost } from "./known-lab.ts";
import type { Lab } from "./lab.ts";

/** Cuts a host's power: every process of it ends at once, what it wrote stays. */
export async function killHost(lab: Lab, name: string): Promise<void> {
  await powerOff(await findHost(lab, name));
}

/** Boots a host that is off and waits until it has booted; one that runs is left alone. */
export async function startHost(lab: Lab, name: string): Promise<void> {
  const host = await findHost(lab, name);
  if (!(await isRunning(host))) {
    await powerOn(host);
  }
}

/** Gives a fresh host in place of this one, with the same address and SSH key. */
export async function resetHost(lab: Lab, name: string): Promise<void> {
  const host = await findHost(lab, name);
  await powerOff(host);
  await wipe(host);
  await powerOn(host);
}

/** Pulls a host's network cable: nothing reaches it any more. A container sees its link go down as well. */
export async function pauseNetwork(lab: Lab, name: string): Promise<void> {
  await setCable(await findHost(lab, name), false);
}

/** Puts the cable back; packets flow again within about a second. */
export async function resumeNetwork(lab: Lab, name: string): Promise<void> {
  await setCable(await findHost(lab, name), true);
}
