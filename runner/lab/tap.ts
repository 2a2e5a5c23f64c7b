import { execute, succeeds } from "./execute.ts";
import { cableOf, type HostHandle } from "./host-handle.ts";
import { bridgeName, tapPrefix, uplinkMtu } from "./network.ts";

/** The cable's name as user-mode Linux opens it; an interface's name holds 15 bytes, so the long one is a second name. */
export const tapName = ({ lab, host }: HostHandle): string =>
  `${tapPrefix(lab.name)}${host.address.slice(lab.network.length + 1)}`;

/** Plugs a host's end of a cable, a new tap interface, into the lab's bridge. */
export async function plugIn(handle: HostHandle): Promise<void> {
  const tap = tapName(handle);
  await unplug(handle);
  await execute("ip", ["tuntap", "add", "dev", tap, "mode", "tap"]);
  await execute("ip", ["link", "property", "add", "dev", tap, "altname", cableOf(handle.lab.name, handle.host.name)]);
  const mtu = String(await uplinkMtu());
  await execute("ip", ["link", "set", "dev", tap, "mtu", mtu, "master", bridgeName(handle.lab.name), "up"]);
}

/** Has the bridge pass packets of the cable, or none; user-mode Linux gives up a tap that is down for good. bridge(8), state. */
export async function setTap(handle: HostHandle, plugged: boolean): Promise<void> {
  await execute("bridge", ["link", "set", "dev", tapName(handle), "state", plugged ? "3" : "0"]);
}

/** Removes the cable, if there is one. */
export async function unplug(handle: HostHandle): Promise<void> {
  await succeeds("ip", ["link", "delete", "dev", tapName(handle)]);
}
