import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Target } from "../../runner/transport/transport.ts";

/** A real OpenSSH server on loopback, with host keys, a user key and a known_hosts file of its own. */
export interface TestSshd {
  readonly port: number;
  readonly folder: string;
  /** The public host keys by type, as in the `.pub` files. */
  readonly hostKeys: Readonly<Record<"ed25519" | "ecdsa" | "rsa", string>>;
  /** A target that is let in. */
  readonly target: Target;
  /** What the server has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

const hostKeyTypes = ["ed25519", "ecdsa", "rsa"] as const;

/** Starts `sshd`; `lines` go before everything else in its configuration. The caller stops it. */
export const startSshd = async (lines: readonly string[] = []): Promise<TestSshd> => {
  const folder = mkdtempSync(join(tmpdir(), "ts-play-sshd-"));
  // sshd reads authorized_keys as the user who logs in.
  chmodSync(folder, 0o711);
  for (const type of hostKeyTypes) makeKey(join(folder, `host_${type}`), type);
  makeKey(join(folder, "user"), "ed25519");
  const publicKey = (name: string): string =>
    spawnSync("cat", [join(folder, `${name}.pub`)], { encoding: "utf8" }).stdout.trim();
  writeFileSync(join(folder, "authorized_keys"), `${publicKey("user")}\n`);
  const hostKeys = { ed25519: publicKey("host_ed25519"), ecdsa: publicKey("host_ecdsa"), rsa: publicKey("host_rsa") };
  const { child, log, port } = await launchOnFreePort(folder, lines);
  writeFileSync(join(folder, "known_hosts"), `[127.0.0.1]:${port} ${hostKeys.ed25519}\n`, { mode: 0o600 });
  return {
    port,
    folder,
    hostKeys,
    log,
    target: {
      name: "target",
      connection: "ssh",
      address: "127.0.0.1",
      port,
      user: userInfo().username,
      privateKeyFile: join(folder, "user"),
      knownHostsFile: join(folder, "known_hosts"),
    },
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true });
    },
  };
};

/** Makes a key pair without a passphrase. */
export const makeKey = (file: string, type: string, ...more: readonly string[]): void => {
  const { status, stderr } = spawnSync("ssh-keygen", ["-q", "-N", "", "-t", type, "-f", file, ...more], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ssh-keygen failed: ${stderr}`);
};

/** A port of loopback that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
};

const configuration = (folder: string, port: number, lines: readonly string[]): string =>
  [
    ...lines,
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    ...hostKeyTypes.map((type) => `HostKey ${folder}/host_${type}`),
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    `PidFile ${folder}/pid`,
    "StrictModes no",
    "UsePAM no",
    "LogLevel VERBOSE",
    // For this one the last line counts, not the first.
    ...(lines.some((line) => line.startsWith("MaxStartups")) ? [] : ["MaxStartups 100"]),
    "",
  ].join("\n");

/** Other tests look for ports at the same time: one that is taken before sshd has it is left to them. */
const launchOnFreePort = async (folder: string, lines: readonly string[], tries = 5): ReturnType<typeof launch> => {
  const port = await freePort();
  writeFileSync(join(folder, "sshd_config"), configuration(folder, port, lines));
  try {
    return await launch(folder, port);
  } catch (error) {
    if (tries === 1 || !/Address already in use/.test(String(error))) throw error;
    return launchOnFreePort(folder, lines, tries - 1);
  }
};

const launch = async (
  folder: string,
  port: number,
): Promise<{ child: ChildProcess; log: () => string; port: number }> => {
  spawnSync("mkdir", ["-p", "/run/sshd"]);
  const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error(`sshd did not start: ${text}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (/Server listening/.test(text)) resolve();
    });
  });
  return { child, log: () => text, port };
};
