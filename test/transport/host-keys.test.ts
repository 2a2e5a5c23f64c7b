import { createHmac } from "node:crypto";
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { UnreachableError } from "../../runner/errors.ts";
import { sshTransport } from "../../runner/transport/ssh.ts";
import type { Target } from "../../runner/transport/transport.ts";
import { script, text } from "./session.conformance.ts";
import { makeKey, startSshd, type TestSshd } from "./sshd.ts";

let server: TestSshd;
const transport = sshTransport();
let files = 0;

beforeAll(async () => {
  server = await startSshd();
  makeKey(join(server.folder, "stranger"), "ed25519");
});
afterAll(async () => {
  await transport.close();
  await server.stop();
});

const knownAs = (content: string): Target => {
  const file = join(server.folder, `known_${files++}`);
  writeFileSync(file, content, { mode: 0o600 });
  return { ...server.target, knownHostsFile: file };
};
const name = (): string => `[127.0.0.1]:${server.port}`;

/** The error, after the proof that the server was offered no credential. */
const refusal = async (target: Target, port = server): Promise<UnreachableError> => {
  const before = port.log().length;
  const error = await transport.connect(target).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnreachableError);
  expect(port.log().slice(before)).not.toMatch(/publickey|password|Accepted|userauth/i);
  return error as UnreachableError;
};

describe("a host key", () => {
  test("that is unknown is refused with its fingerprint and the way to add it", async () => {
    const target = knownAs("");
    const error = await refusal(target);
    expect(error.reason).toBe("host_key");
    expect(error.message).toMatch(/HK001: unknown host key of \[127\.0\.0\.1\]:\d+: ssh-ed25519 SHA256:\S{43}/);
    expect(error.fix).toContain(`ssh-keyscan -p ${server.port} 127.0.0.1 >> '${target.knownHostsFile}'`);
  });

  test("that has changed is refused with both fingerprints and the line", async () => {
    const stranger = readFileSync(join(server.folder, "stranger.pub"), "utf8");
    const error = await refusal(knownAs(`# first\n${name()} ${stranger}`));
    expect(error.message).toMatch(
      /HK002: .*CHANGED: expected ssh-ed25519 SHA256:\S+ \(\S+known_\d+:2\), got ssh-ed25519 SHA256:/,
    );
    expect(error.fix).not.toContain("ssh-keyscan");
  });

  test("that is revoked is refused although it is listed", async () => {
    const error = await refusal(
      knownAs(`${name()} ${server.hostKeys.ed25519}\n@revoked * ${server.hostKeys.ed25519}\n`),
    );
    expect(error.message).toMatch(/HK003: .*revoked at \S+:2/);
  });

  test("is refused while a @revoked line cannot be read", async () => {
    const error = await refusal(knownAs(`${name()} ${server.hostKeys.ed25519}\n@revoked * ssh-ed25519 broken!\n`));
    expect(error.message).toMatch(/HK004: \S+:2: a @revoked line cannot be read/);
  });

  test("that is known only by a certificate authority is refused clearly", async () => {
    const error = await refusal(knownAs(`@cert-authority * ${server.hostKeys.rsa}\n`));
    expect(error.message).toMatch(/HK010: .*certificates are not supported/);
  });

  test("of a server on another port is not taken for this one's", async () => {
    const error = await refusal(knownAs(`127.0.0.1 ${server.hostKeys.ed25519}\n`));
    expect(error.message).toContain("HK001");
  });

  test("is not looked up in a file that others may write to", async () => {
    const target = knownAs(`${name()} ${server.hostKeys.ed25519}\n`);
    chmodSync(target.knownHostsFile!, 0o666);
    const error = await refusal(target);
    expect(error.message).toMatch(/HK006: .*others may write to it \(mode 0666\)/);
  });

  test("that is known by a hashed name is accepted", async () => {
    const salt = Buffer.alloc(20, 3);
    const hash = createHmac("sha1", salt).update(name()).digest("base64");
    await expectLogin(knownAs(`|1|${salt.toString("base64")}|${hash} ${server.hostKeys.ed25519}\n`));
  });

  test.each(["ecdsa", "rsa"] as const)("is asked for in the one type that is known: %s", async (type) => {
    await expectLogin(knownAs(`${name()} ${server.hostKeys[type]}\n`));
  });

  test("of a type that the server does not have is told from a changed one", async () => {
    const single = await startSshd(["HostKeyAlgorithms ssh-ed25519"]);
    onTestFinished(single.stop);
    writeFileSync(single.target.knownHostsFile!, `[127.0.0.1]:${single.port} ${single.hostKeys.rsa}\n`);
    const error = await refusal(single.target, single);
    expect(error.message).toMatch(/HK005: .*another TYPE of key: known ssh-rsa SHA256:/);
  });
});

describe("a server that offers only weak things", () => {
  test.each([
    ["KexAlgorithms diffie-hellman-group14-sha1", /no kex method that is safe: only .*diffie-hellman-group14-sha1/],
    ["Ciphers aes128-cbc", /cipher that is safe: only aes128-cbc/],
    ["Ciphers chacha20-poly1305@openssh.com", /cipher that is safe: only chacha20-poly1305@openssh\.com/],
    ["MACs hmac-sha1\nCiphers aes128-ctr", /mac that is safe: only hmac-sha1/],
    ["HostKeyAlgorithms ssh-rsa", /host key.* only ssh-rsa/i],
  ])("(%s) is refused with the name of the weak item", async (line, message) => {
    const weak = await startSshd(line.split("\n"));
    onTestFinished(weak.stop);
    if (line.startsWith("HostKey"))
      appendFileSync(weak.target.knownHostsFile!, `[127.0.0.1]:${weak.port} ${weak.hostKeys.rsa}\n`);
    const error = await refusal(weak.target, weak);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("CHANGED");
  });
});

const expectLogin = async (target: Target): Promise<void> => {
  const connection = await transport.connect(target);
  const [result] = await (await connection.session()).run([script("echo in")]);
  expect(text(result!.stdout)).toBe("in\n");
  await connection.close();
};
