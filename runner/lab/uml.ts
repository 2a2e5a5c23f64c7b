import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, confined } from "./confined.ts";
import type { HostDriver } from "./host-driver.ts";
import { cableOf, type HostHandle, homeOf } from "./host-handle.ts";
import { writeIdentity } from "./identity.ts";
import { umlInit } from "./kernel-image.ts";
import { hardwareAddress } from "./network.ts";
import { plugIn, setTap, tapName, unplug } from "./tap.ts";

/** User-mode Linux: hosts with a kernel of their own, on a copy-on-write disk over an image. */
export const umlDriver: HostDriver = {
  layers: ["prepared", "identity", "disk"],

  async prepare(handle) {
    const { identity, again } = filesOf(handle);
    await mkdir(identity, { recursive: true });
    await writeIdentity(handle, identity);
    await writeFile(again, endInstead);
    await chmod(again, 0o755);
    await plugIn(handle);
  },

  command: async (handle, groups) => bootKernel(handle, groups),

  setCable: setTap,
  cleanUp: unplug,
};

const rebooted = 133;

/**
 * When the guest reboots, the kernel runs the program of its own first argument with every file still open, among them
 * the cable, which it then cannot open again. So that argument names this script, and a loop starts the kernel anew.
 */
const endInstead = `#!/bin/sh\nexit ${rebooted}\n`;

// The memory of the host is an unlinked file in /dev/shm: its own one takes no room from others and ends with the host.
const script = `again=$1
mount -t tmpfs -o mode=700,size="$2"M,nr_inodes=1k tmpfs /dev/shm
shift 2
while :; do
  code=0
  bash -c 'exec -a "$0" linux.uml "$@"' "$again" "$@" || code=$?
  [ "$code" = ${rebooted} ] || exit "$code"
done`;

/** Arguments of the kernel: user-mode Linux's own document (linux.uml --help), kernel-parameters, kernel-command-line(7). */
function bootKernel(handle: HostHandle, groups: readonly string[]): Command {
  const { lab, host } = handle;
  const { identity, disk, again } = filesOf(handle);
  const cable = `ifname=${tapName(handle)},mac=${hardwareAddress(cableOf(lab.name, host.name))}`;
  const kernel = [
    ...[`mem=${host.memoryMb}M`, `ubd0=${disk},${host.image}`, "root=/dev/ubda", "rw", `init=${umlInit}`],
    ...[`vec0:transport=tap,${cable},depth=128,gro=1`, `hostfs=${identity}`, "uml_dir=/dev/shm"],
    ...["con0=null,fd:1", "con=null", "ssl=null", "selinux=0", "TERM=dumb", "systemd.mask=getty.target"],
  ];
  const args = ["-euc", script, "sh", again, String(host.memoryMb * 2), ...kernel];
  return confined(groups, { program: "sh", args });
}

function filesOf(handle: HostHandle): { readonly identity: string; readonly disk: string; readonly again: string } {
  const home = homeOf(handle);
  return { identity: join(home, "identity"), disk: join(home, "disk"), again: join(home, "linux") };
}
