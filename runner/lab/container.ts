import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "./confined.ts";
import { execute } from "./execute.ts";
import type { HostDriver } from "./host-driver.ts";
import { cableOf, type HostHandle, homeOf } from "./host-handle.ts";
import { writeIdentity } from "./identity.ts";
import { bridgeName } from "./network.ts";
import { nspawn, type Overlay } from "./nspawn.ts";

/** Containers of systemd-nspawn on an overlay over the image: this machine's kernel, a system of their own. */
export const containerDriver: HostDriver = {
  layers: ["prepared", "upper", "work", "data"],

  async prepare(handle) {
    const { upper, work, root } = overlayOf(handle);
    await Promise.all([upper, work, root].map((layer) => mkdir(layer, { recursive: true })));
    await writeIdentity(handle, upper);
  },

  command: bootContainer,

  // The container's end of a cable that is down has no carrier.
  async setCable({ lab, host }, plugged) {
    await execute("ip", ["link", "set", "dev", cableOf(lab.name, host.name), plugged ? "up" : "down"]);
  },

  // The mounts go with the processes. So does the cable, but not at once where pods had network namespaces of their own, and
  // until then no new one of its name can be made.
  async cleanUp({ lab, host }) {
    await execute("ip", ["link", "delete", "dev", cableOf(lab.name, host.name)]).catch(() => undefined);
  },
};

async function bootContainer(handle: HostHandle, groups: readonly string[]): Promise<Command> {
  const { lab, host } = handle;
  const overlay = overlayOf(handle);
  return nspawn({
    groups,
    overlay,
    writableSettings: lab.privileged ? "all" : "network",
    args: [
      ...["--boot", `--directory=${overlay.root}`, `--machine=${lab.name}-${host.name}`],
      ...[`--network-bridge=${bridgeName(lab.name)}`, "--console=pipe", "--resolv-conf=off", "--link-journal=no"],
      ...["--timezone=off", ...(lab.privileged ? await privilegedArguments(homeOf(handle)) : [])],
    ],
  });
}

const overlayOf = (handle: HostHandle): Overlay => ({
  lower: handle.host.base,
  upper: join(homeOf(handle), "upper"),
  work: join(homeOf(handle), "work"),
  root: join(homeOf(handle), "root"),
});

/** What container engines inside a host need: every capability, the kernel's keyring and bpf, and storage that is no overlay. */
async function privilegedArguments(home: string): Promise<readonly string[]> {
  const directories = ["docker", "containerd", "kubelet"];
  await Promise.all(directories.map((name) => mkdir(join(home, "data", name), { recursive: true })));
  return [
    ...["--capability=all", "--system-call-filter=add_key keyctl bpf"],
    ...directories.map((name) => `--bind=${join(home, "data", name)}:/var/lib/${name}`),
  ];
}
