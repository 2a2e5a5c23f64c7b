import { createHash } from "node:crypto";
import { execute, succeeds } from "./execute.ts";
import { cableOf } from "./host-handle.ts";
import { bridgeName, uplinkMtu } from "./network.ts";

/** The cable's name as user-mode Linux opens it: the name of an interface holds 15 bytes, so the long one is a second name. */
export const tapName = (lab: string, host: string): string =>
  `tap-${createHash("sha256").update(cableOf(lab, host)).digest("hex").slice(0, 10)}`;

/** Plugs a host's end of a cable, a tap interface, into the lab's bridge; a pulled one is plugged in again. */
export async function plugIn(lab: string, host: string): Promise<void> {
  const tap = tapName(lab, host);
  await unplug(lab, host);
  await execute("ip", ["tuntap", "add", "dev", tap, "mode", "tap"]);
  await execute("ip", ["link", "property", "add", "dev", tap, "altname", cableOf(lab, host)]);
  const mtu = String(await uplinkMtu());
  await execute("ip", ["link", "set", "dev", tap, "mtu", mtu, "master", bridgeName(lab), "up"]);
}

/** Removes the cable, if there is one. */
export async function unplug(lab: string, host: string): Promise<void> {
  await succeeds("ip", ["link", "delete", "dev", tapName(lab, host)]);
}
