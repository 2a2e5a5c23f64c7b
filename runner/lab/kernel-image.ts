import { createHash } from "node:crypto";
import { chmod, cp, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildIn, executeLong, removeTree } from "./base-image.ts";
import { confined } from "./confined.ts";
import { execute } from "./execute.ts";
import { exists } from "./exists.ts";
import { mountOptions, nspawn, type Overlay } from "./nspawn.ts";

const modules = "/usr/lib/uml/modules";
const modulesInside = "/usr/lib/modules";
const diskSize = "8G";

/** The first process of a host with a kernel of its own. */
export const umlInit = "/usr/sbin/lab-init";

const initScript = `#!/bin/sh
# Brings in, at the first boot, what tells this host from others; then starts the system.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ ! -e /var/lib/lab-identity ]; then
  mount -t hostfs none /mnt
  cp -a /mnt/. /
  umount /mnt
  sync
  touch /var/lib/lab-identity
fi
ip link set vec0 name host0
exec /lib/systemd/systemd
`;

/** A machine with a kernel of its own has the tools for its modules; in containers they would have nothing to do. */
const packageScript = `
export DEBIAN_FRONTEND=noninteractive
apt-get install --yes --quiet kmod
`;

// Zeroed here once, and not by each host in the background after its first boot.
const diskScript = `mount -t overlay overlay -o "$1" "$2"
exec mke2fs -q -t ext4 -E lazy_itable_init=0,lazy_journal_init=0 -d "$2" "$3" ${diskSize}`;

/**
 * The disk image that hosts with a kernel of their own start from: the base and the kernel's modules on ext4.
 * Built on first use, in some seconds. The caller holds the lab lock.
 */
export async function ensureKernelImage(base: string, log: (line: string) => void): Promise<string> {
  const release = (await execute("linux.uml", ["--version"])).trim();
  const recipe = createHash("sha256").update(JSON.stringify([initScript, packageScript, diskScript]));
  const image = `${base}-linux-${release}-${recipe.digest("hex").slice(0, 8)}`;
  if (!(await exists(image))) {
    log(`building the disk of hosts with a kernel of their own (Linux ${release}), once`);
    await build(base, image, release);
  }
  return image;
}

async function build(base: string, image: string, release: string): Promise<void> {
  const draft = `${image}.draft`;
  const [upper = "", work = "", root = "", disk = ""] = ["upper", "work", "root", "disk"].map((name) =>
    join(draft, name),
  );
  const overlay: Overlay = { lower: base, upper, work, root };
  await buildIn(draft, async (groups) => {
    await Promise.all([upper, work, root].map((path) => mkdir(path, { recursive: true })));
    const install = ["--pipe", `--directory=${root}`, "--as-pid2", "sh", "-euc", packageScript];
    await executeLong(nspawn({ groups, overlay, args: install }));
    await addKernel(upper, release);
    const args = ["-euc", diskScript, "sh", mountOptions(overlay), root, disk];
    await executeLong(confined(groups, { program: "sh", args }));
  });
  // The name is the stamp: it appears when all is done.
  await rename(disk, image);
  await removeTree(draft);
}

async function addKernel(upper: string, release: string): Promise<void> {
  await cp(join(modules, release), join(upper, modulesInside, release), { recursive: true });
  const init = join(upper, umlInit);
  await mkdir(dirname(init), { recursive: true });
  await writeFile(init, initScript);
  await chmod(init, 0o755);
}
