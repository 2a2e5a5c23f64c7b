import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseJumps } from "../../runner/transport/ssh/jump.ts";
import { parseSettings } from "../../runner/transport/ssh/ssh-config.ts";
import { sshTransport } from "../../runner/transport/ssh.ts";
import type { Target, Transport } from "../../runner/transport/transport.ts";
import { script, text } from "./session.conformance.ts";
import { startSshd, type TestSshd } from "./sshd.ts";

let bastion: TestSshd;
let inner: TestSshd;
let folder: string;
let transport: Transport;

beforeAll(async () => {
  [bastion, inner] = await Promise.all([startSshd(), startSshd()]);
  folder = mkdtempSync(join(tmpdir(), "ts-play-jump-"));
  transport = sshTransport({ sshConfigFile: join(folder, "none") });
  // One key opens both.
  spawnSync("cp", [join(bastion.folder, "authorized_keys"), join(inner.folder, "authorized_keys")]);
});
afterEach(() => transport.close());
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([bastion.stop(), inner.stop()]);
});

const knownHosts = (lines: readonly string[]): string => {
  const file = join(folder, `known_${Math.random()}`);
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return file;
};
const line = (server: TestSshd, key = server.hostKeys.ed25519): string => `[127.0.0.1]:${server.port} ${key}`;
const target = (more: Partial<Target> = {}): Target => ({
  ...inner.target,
  privateKeyFile: join(bastion.folder, "user"),
  knownHostsFile: knownHosts([line(bastion), line(inner)]),
  proxyJump: `127.0.0.1:${bastion.port}`,
  ...more,
});
const greet = async (to: Target, way = transport): Promise<string> => {
  const connection = await way.connect(to);
  const [result] = await (await connection.session()).run([script('echo "$SSH_CONNECTION"')]);
  await connection.close();
  return text(result!.stdout).trim();
};
const count = (server: TestSshd, what: RegExp): number => server.log().match(what)?.length ?? 0;
const logins = (server: TestSshd): number => count(server, /Accepted publickey/g);
const visits = (server: TestSshd): number => count(server, /Connection from/g);
/** A server writes its log by itself, some time. */
const loggedInOnce = (server: TestSshd, before: number): Promise<void> =>
  expect.poll(() => logins(server) - before, { timeout: 20_000 }).toBe(1);

describe("a jump host", () => {
  test("carries the connection, and is logged into once for many targets", async () => {
    const before = logins(bastion);
    const answers = await Promise.all([greet(target()), greet(target()), greet(target())]);
    expect(answers.every((answer) => answer.endsWith(`127.0.0.1 ${inner.port}`))).toBe(true);
    await loggedInOnce(bastion, before);
  });

  test("with an unknown key is refused, and the target is not asked at all", async () => {
    const before = visits(inner);
    await expect(greet(target({ knownHostsFile: knownHosts([line(inner)]) }))).rejects.toThrow(
      new RegExp(`HK001: unknown host key of \\[127\\.0\\.0\\.1\\]:${bastion.port}`),
    );
    expect(visits(inner)).toBe(before);
  });

  test("does not stand in for the target's own key", async () => {
    const swapped = knownHosts([line(bastion), line(inner, bastion.hostKeys.ed25519)]);
    await expect(greet(target({ knownHostsFile: swapped }))).rejects.toThrow(/HK002: .*CHANGED/);
  });

  test("that cannot reach the target says so", async () => {
    await expect(greet(target({ port: 1, knownHostsFile: knownHosts([line(bastion)]) }))).rejects.toThrow(
      /jump host cannot reach 127\.0\.0\.1:1/,
    );
  });

  test("that is the target itself is a circle", async () => {
    await expect(greet(target({ proxyJump: `127.0.0.1:${inner.port}` }))).rejects.toThrow(/HK011: .*circle/);
  });
});

describe("ssh_config", () => {
  const configured = (lines: readonly string[]): Transport => {
    const file = join(folder, `config_${Math.random()}`);
    writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    return sshTransport({ sshConfigFile: file });
  };
  const everything = (): string[] => [
    "Host inside",
    "  HostName 127.0.0.1",
    `  Port ${inner.port}`,
    "  User root",
    `  IdentityFile ${join(bastion.folder, "user")}`,
    "  ProxyJump gate",
    "Host gate",
    "  HostName 127.0.0.1",
    `  Port ${bastion.port}`,
    "Host *",
    `  UserKnownHostsFile ${knownHosts([line(bastion), line(inner)])}`,
  ];

  test("gives address, port, user, key, known hosts and jump host", async () => {
    const before = logins(bastion);
    const way = configured(everything());
    const bare: Target = {
      name: "inside",
      connection: "ssh",
      address: "inside",
      privateKeyFile: join(bastion.folder, "user"),
    };
    expect(await greet(bare, way)).toContain(`127.0.0.1 ${inner.port}`);
    await loggedInOnce(bastion, before);
    await way.close();
  });

  test("is overruled by the inventory", async () => {
    const way = configured(everything());
    const direct: Target = { ...target(), address: "inside", port: bastion.port, proxyJump: "none" };
    expect(await greet(direct, way)).toContain(`127.0.0.1 ${bastion.port}`);
    await way.close();
  });

  test("that leads back by way of others is a circle, and nobody is asked", async () => {
    const before = [bastion, inner].map(visits);
    const way = configured(["Host a", "  ProxyJump b", "Host b", "  ProxyJump c", "Host c", "  ProxyJump a"]);
    const around = way.connect({ name: "a", connection: "ssh", address: "a" });
    await expect(around).rejects.toThrow(/HK011: .*in a circle: more than 8 jump hosts/);
    expect([bastion, inner].map(visits)).toEqual(before);
  });

  test("with a ProxyCommand is refused clearly", async () => {
    await expect(
      greet(target({ proxyJump: undefined }), configured(["Host *", "  ProxyCommand nc %h %p"])),
    ).rejects.toThrow(/ProxyCommand, which is not supported/);
  });

  test("with a mistake is refused with the client's own words", async () => {
    await expect(greet(target(), configured(["Hots *"]))).rejects.toThrow(
      /cannot be used: .*bad configuration option/i,
    );
  });

  test("leaves OpenSSH's own default identities to us", () => {
    const text =
      "hostname h\nport 22\nuser u\nidentityfile ~/.ssh/id_rsa\nidentityfile ~/.ssh/id_ed25519\nproxyjump none\n";
    expect(parseSettings(text, "/home/u")).toMatchObject({
      address: "h",
      port: 22,
      user: "u",
      identityFiles: undefined,
      proxyJump: undefined,
    });
    expect(parseSettings(`${text}identityfile %d/keys/%h\n`, "/home/u").identityFiles).toEqual(["/home/u/keys/h"]);
  });
});

test.each([
  ["none", []],
  ["gate", [{ name: "gate", user: undefined, port: undefined }]],
  [
    "me@gate:2222,ssh://10.0.0.1",
    [
      { name: "gate", user: "me", port: 2222 },
      { name: "10.0.0.1", user: undefined, port: undefined },
    ],
  ],
  ["[fe80::1]:22", [{ name: "fe80::1", user: undefined, port: 22 }]],
])("ProxyJump %s is read", (written, jumps) => {
  expect(parseJumps("host", written)).toEqual(jumps);
});

test.each(["-oProxyCommand=x", "a b", "gate:x", "$(id)"])("ProxyJump %s is refused", (written) => {
  expect(() => parseJumps("host", written)).toThrow(/is not a jump host/);
});
