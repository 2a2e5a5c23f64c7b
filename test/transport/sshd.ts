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
  const port = await freePort();
  for (const type of hostKeyTypes) makeKey(join(folder, `host_${type}`), type);
  makeKey(join(folder, "user"), "ed25519");
  const publicKey = (name: string): string =>
    spawnSync("cat", [join(folder, `${name}.pub`)], { encoding: "utf8" }).stdout.trim();
  writeFileSync(join(folder, "authorized_keys"), `${publicKey("user")}\n`);
  writeFileSync(join(folder, "sshd_config"), configuration(folder, port, lines));
  const hostKeys = { ed25519: publicKey("host_ed25519"), ecdsa: publicKey("host_ecdsa"), rsa: publicKey("host_rsa") };
  writeFileSync(join(folder, "known_hosts"), `[127.0.0.1]:${port} ${hostKeys.ed25519}\n`, { mode: 0o600 });
  const { child, log } = await launch(folder);
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

const launch = async (folder: string): Promise<{ child: ChildProcess; log: () => string }> => {
  spawnSync("mkdir", ["-p", "/run/sshd"]);
  const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`sshd did not start: ${text}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (/Server listening/.test(text)) resolve();
    });
  });
  return { child, log: () => text };
};
