import { randomBytes } from "node:crypto";
import { chmod, chown, lchown, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gatewayOf, uplinkMtu } from "./network.ts";
import { ensureKey } from "./ssh-access.ts";

/** What makes one host differ from the image it lies on. */
export interface HostIdentity {
  readonly name: string;
  readonly address: string;
  readonly network: string;
  /** The host's directory on this machine; its SSH key lives there and outlives a reset. */
  readonly directory: string;
  readonly base: string;
  /** The public key that may log in. */
  readonly authorizedKey: string;
  /** Runs container engines. */
  readonly privileged: boolean;
}

/** A host's private SSH key, in the host's directory on this machine. */
export const hostKeyFile = (directory: string): string => join(directory, "ssh_host_ed25519_key");

interface File {
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
}

const units = "/etc/systemd/system";

/** Fills the empty upper layer of a host, before it is mounted for the first time. */
export async function writeHostFiles(upper: string, host: HostIdentity): Promise<void> {
  for (const file of await filesOf(host)) {
    await put(upper, host.base, file);
  }
  await enable(upper, "lab-network.service");
  if (host.privileged) await enable(upper, "lab-engine.service");
}

async function enable(upper: string, unit: string): Promise<void> {
  const wants = join(upper, "etc/systemd/system/multi-user.target.wants");
  await mkdir(wants, { recursive: true });
  await rm(join(wants, unit), { force: true });
  await symlink(join(units, unit), join(wants, unit));
}

async function filesOf(host: HostIdentity): Promise<readonly File[]> {
  const { name, address, authorizedKey } = host;
  const keyFile = hostKeyFile(host.directory);
  const hostKey = await ensureKey(keyFile, `root@${name}`);
  const login = { content: `${authorizedKey}\n`, mode: 0o600 };
  return [
    { path: "/etc/hostname", content: `${name}\n` },
    { path: "/etc/hosts", content: `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${address} ${name}\n` },
    { path: "/etc/machine-id", content: `${randomBytes(16).toString("hex")}\n`, mode: 0o444 },
    { path: "/etc/resolv.conf", content: await nameServers() },
    { path: "/etc/ssh/ssh_host_ed25519_key", content: await readFile(keyFile, "utf8"), mode: 0o600 },
    { path: "/etc/ssh/ssh_host_ed25519_key.pub", content: `${hostKey}\n` },
    ...(host.privileged ? [{ path: join(units, "lab-engine.service"), content: engineUnit }] : []),
    { path: join(units, "lab-network.service"), content: networkUnit(address, host.network, await uplinkMtu()) },
    { path: "/root/.ssh/authorized_keys", ...login },
    { path: "/home/admin/.ssh/authorized_keys", ...login },
    { path: "/home/operator/.ssh/authorized_keys", ...login },
  ];
}

/** A unit, and not networkd: where /sys is writable, networkd waits for a udev that containers do not have. */
const networkUnit = (address: string, network: string, mtu: number): string => `[Unit]
Description=Address of this lab host
DefaultDependencies=no
Before=network-pre.target network.target ssh.service
Wants=network-pre.target network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=ip link set host0 mtu ${mtu} up
ExecStart=ip address replace ${address}/24 broadcast + dev host0
ExecStart=ip route replace default via ${gatewayOf(network)}

[Install]
WantedBy=multi-user.target
`;

/**
 * What container engines need beyond what a container is given: control groups of version 1 that can be written, and the kernel's
 * log, without which a kubelet does not start. Both are this host's own part of the machine's.
 */
const engineUnit = `[Unit]
Description=Control groups and kernel log for container engines
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=sh -c 'for group in /sys/fs/cgroup/*/; do mount -o remount,bind,rw "$group" || :; done'
ExecStart=sh -c '[ -e /dev/kmsg ] || mknod -m 600 /dev/kmsg c 1 11'

[Install]
WantedBy=multi-user.target
`;

/** A stub resolver listens on this machine's loopback only; the file behind it names the real servers. */
const nameServers = (): Promise<string> =>
  readFile("/run/systemd/resolve/resolv.conf", "utf8").catch(() => readFile("/etc/resolv.conf", "utf8"));

/** Writes a file into the upper layer; owner comes from the image's directory, as do the directories above it. */
async function put(upper: string, base: string, { path, content, mode = 0o644 }: File): Promise<void> {
  const target = join(upper, path);
  const owner = await putDirectory(upper, base, dirname(path));
  await writeFile(target, content, { mode });
  await chmod(target, mode);
  await chown(target, owner.uid, owner.gid);
}

/** An upper directory hides the attributes of the one below it, so it must carry the same. */
async function putDirectory(upper: string, base: string, path: string): Promise<{ uid: number; gid: number }> {
  if (path !== "/") {
    await putDirectory(upper, base, dirname(path));
  }
  const { mode, uid, gid } = await stat(join(base, path));
  const target = join(upper, path);
  await mkdir(target, { recursive: true });
  await chmod(target, mode & 0o7777);
  await lchown(target, uid, gid);
  return { uid, gid };
}
