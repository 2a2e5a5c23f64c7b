import type { Command } from "./confined.ts";
import type { HostHandle } from "./host-handle.ts";

/** A way to run a host. What they have in common, host-power.ts does. */
export interface HostDriver {
  /** Names in the host's directory that hold what the host has written. */
  readonly layers: readonly string[];
  /** Makes what a host boots from, unless it is there. */
  prepare(handle: HostHandle): Promise<void>;
  /** What runs the host in these control groups, from boot to power-off, over any number of reboots. */
  command(handle: HostHandle, groups: readonly string[]): Promise<Command>;
  /** Pulls the host's network cable, or puts it back. */
  setCable(handle: HostHandle, plugged: boolean): Promise<void>;
  /** Takes away what does not vanish with the host's processes. */
  cleanUp(handle: HostHandle): Promise<void>;
}
