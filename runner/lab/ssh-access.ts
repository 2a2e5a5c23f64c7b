import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execute } from "./execute.ts";
import { exists } from "./exists.ts";
import { LabError } from "./lab-error.ts";

/** Files that let this machine's ssh in, and know whom it talks to. */
export interface SshAccess {
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
}

export const sshAccess = (labDirectory: string): SshAccess => ({
  privateKeyFile: join(labDirectory, "id_ed25519"),
  knownHostsFile: join(labDirectory, "known_hosts"),
});

/** Makes an Ed25519 key pair unless it is there; answers the line of the public key. */
export async function ensureKey(file: string, comment: string): Promise<string> {
  if (!(await exists(`${file}.pub`))) {
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    await execute("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]);
  }
  return (await readFile(`${file}.pub`, "utf8")).trim();
}

/** Writes the file of host keys that `ssh -o UserKnownHostsFile` and ts-play read; sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export async function writeKnownHosts(file: string, keys: ReadonlyMap<string, string>): Promise<void> {
  const lines = [...keys].map(([address, key]) => `${address} ${key.split(" ").slice(0, 2).join(" ")}\n`);
  await writeFile(file, lines.join(""));
}

/** Arguments of ssh(1) for a lab host, apart from whatever the user has configured; the host's key must be the known one. */
export const sshArguments = ({ privateKeyFile, knownHostsFile }: SshAccess, destination: string): readonly string[] => [
  ...["-F", "none", "-i", privateKeyFile, "-o", "IdentitiesOnly=yes"],
  ...["-o", `UserKnownHostsFile=${knownHostsFile}`, "-o", "GlobalKnownHostsFile=none"],
  ...["-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR"],
  destination,
];

/** Runs a command on a lab host as root and answers its output; throws LabError. */
export const runOnHost = (access: SshAccess, address: string, command: string, timeoutMs = 120_000): Promise<string> =>
  execute("ssh", ["-o", "BatchMode=yes", ...sshArguments(access, `root@${address}`), "--", command], { timeoutMs });

/** Waits until sshd answers with the host's own key and the host has booted; throws LabError after `timeoutMs`, or when aborted. */
export async function waitForSsh(
  access: SshAccess,
  address: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await answers(address))) {
    if (signal?.aborted) {
      throw new LabError(`${address} ended before it answered`);
    }
    if (Date.now() > deadline) {
      throw new LabError(`${address} did not answer on port 22 within ${timeoutMs / 1000} s`);
    }
    await sleep(50);
  }
  // sshd answers before the boot is over, and turns all users but root away until then; pam_nologin(8).
  await runOnHost(access, address, "systemctl is-system-running --wait >/dev/null || :", timeoutMs);
}

/** True when something at the address speaks SSH within a second. */
export function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port: 22 });
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("close", () => finish(false));
    socket.once("data", (data) => finish(data.toString("latin1").startsWith("SSH-2.0-")));
  });
}
