import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { UnreachableError } from "../../runner/errors.ts";
import { sshTransport } from "../../runner/transport/ssh.ts";
import type { Target, Transport } from "../../runner/transport/transport.ts";
import { script, text } from "./session.conformance.ts";
import { makeKey, startSshd, type TestSshd } from "./sshd.ts";
import { makeUser, type TestUser } from "./test-user.ts";

let server: TestSshd;
let user: TestUser;
const transport = sshTransport();

beforeAll(async () => {
  server = await startSshd(["UsePAM yes", "KbdInteractiveAuthentication yes"]);
  user = makeUser();
});
afterAll(async () => {
  await transport.close();
  user.remove();
  await server.stop();
});

const logIn = async (target: Target, way: Transport = transport): Promise<string> => {
  const connection = await way.connect(target);
  const [result] = await (await connection.session()).run([script("id -un")]);
  await connection.close();
  return text(result!.stdout).trim();
};
const failure = (target: Target, way: Transport = transport): Promise<UnreachableError> =>
  logIn(target, way).then(
    () => expect.fail("the login was successful"),
    (error: unknown) => error as UnreachableError,
  );
const inFolder = (name: string): string => join(server.folder, name);

describe("a password", () => {
  const withPassword = (password: string): Target => ({
    ...server.target,
    user: user.name,
    privateKeyFile: undefined,
    password: () => password,
  });

  test("lets us in", async () => {
    expect(await logIn(withPassword(user.password))).toBe(user.name);
  });

  test("answers the one hidden question of a keyboard-interactive server", async () => {
    const questions = await startSshd(["UsePAM yes", "PasswordAuthentication no", "KbdInteractiveAuthentication yes"]);
    onTestFinished(questions.stop);
    expect(
      await logIn({ ...questions.target, user: user.name, privateKeyFile: undefined, password: () => user.password }),
    ).toBe(user.name);
  });

  test("that is wrong is tried once and not again", async () => {
    const before = server.log().length;
    const error = await failure(withPassword("wrong"));
    expect([error.reason, error.message]).toEqual([
      "auth",
      expect.stringMatching(/does not let us in: it refused .*the password/),
    ]);
    expect(error.message).not.toContain("wrong");
    const log = () => server.log().slice(before);
    await expect.poll(log, { timeout: 20_000 }).toMatch(/\[preauth\]/);
    expect(log().match(/Failed password/g)).toHaveLength(1);
  });
});

describe("a key file", () => {
  const withKey = (name: string): Target => ({ ...server.target, privateKeyFile: inFolder(name) });

  test("that the server does not know is refused by name", async () => {
    makeKey(inFolder("other"), "ed25519");
    expect(await failure(withKey("other"))).toMatchObject({
      reason: "auth",
      message: expect.stringContaining(inFolder("other")),
    });
  });

  test("with a passphrase is asked for it", async () => {
    const asked: string[] = [];
    copyFileSync(inFolder("user"), inFolder("locked"));
    chmodSync(inFolder("locked"), 0o600);
    spawnSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", "open sesame", "-f", inFolder("locked")]);
    const asking = (answer: string | undefined) =>
      sshTransport({
        askPassphrase: async (file) => {
          asked.push(file);
          return answer;
        },
      });
    const once = asking("open sesame");
    const logins = await Promise.all([logIn(withKey("locked"), once), logIn(withKey("locked"), once)]);
    expect(logins).toEqual(["root", "root"]);
    expect(asked).toEqual([inFolder("locked")]);
    expect((await failure(withKey("locked"), asking("wrong"))).message).toContain("KEY006");
    expect((await failure(withKey("locked"), asking(undefined))).message).toContain("KEY005");
  });

  const broken: [string, string, () => void][] = [
    ["KEY001", "missing", () => undefined],
    ["KEY002", "open", () => writeFileSync(inFolder("open"), readFileSync(inFolder("user")), { mode: 0o644 })],
    ["KEY003", "user.pub", () => chmodSync(inFolder("user.pub"), 0o600)],
    [
      "KEY004",
      "putty",
      () => writeFileSync(inFolder("putty"), "PuTTY-User-Key-File-3: ssh-ed25519\n", { mode: 0o600 }),
    ],
    [
      "KEY007",
      "dsa",
      () =>
        writeFileSync(inFolder("dsa"), "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n", {
          mode: 0o600,
        }),
    ],
    ["KEY008", "small", () => makeKey(inFolder("small"), "rsa", "-b", "1024")],
    [
      "KEY009",
      "cut",
      () => writeFileSync(inFolder("cut"), readFileSync(inFolder("user"), "utf8").slice(0, 120), { mode: 0o600 }),
    ],
    [
      "KEY010",
      "cert",
      () => writeFileSync(inFolder("cert"), "ssh-ed25519-cert-v01@openssh.com AAAA user\n", { mode: 0o600 }),
    ],
  ];
  test.each(broken)("problem %s (%s) has a message of its own that names the file", async (code, name, make) => {
    make();
    const error = await failure(withKey(name));
    expect([error.reason, error.message.startsWith(`${code}: ${inFolder(name)}: `)]).toEqual(["auth", true]);
    expect(error.fix).not.toBe(undefined);
  });
});

describe("an agent", () => {
  let agent: ChildProcess;
  const socket = () => inFolder("agent.sock");
  const add = (name: string) =>
    spawnSync("ssh-add", ["-q", inFolder(name)], { env: { ...process.env, SSH_AUTH_SOCK: socket() } });

  beforeAll(async () => {
    agent = spawn("ssh-agent", ["-D", "-a", socket()], { stdio: "ignore" });
    await vi.waitFor(() => expect(existsSync(socket())).toBe(true), { timeout: 20_000 });
    add("user");
  });
  afterAll(() => {
    agent.kill();
  });

  test("signs for us when no key file is named", async () => {
    const withAgent = sshTransport({ agentSocket: socket() });
    expect(await logIn({ ...server.target, privateKeyFile: undefined }, withAgent)).toBe("root");
  });

  test("signs for the named key, so that its passphrase is not needed", async () => {
    const withAgent = sshTransport({ agentSocket: socket() });
    writeFileSync(inFolder("elsewhere"), "not readable as a key", { mode: 0o600 });
    copyFileSync(inFolder("user.pub"), inFolder("elsewhere.pub"));
    expect(await logIn({ ...server.target, privateKeyFile: inFolder("elsewhere") }, withAgent)).toBe("root");
  });

  test("with twenty keys does not make the server close the door", async () => {
    const crowded = sshTransport({ agentSocket: socket() });
    spawnSync("ssh-add", ["-D"], { env: { ...process.env, SSH_AUTH_SOCK: socket() } });
    for (let index = 0; index < 20; index += 1) {
      makeKey(inFolder(`agent${index}`), "ed25519");
      add(`agent${index}`);
    }
    add("user");
    expect(await logIn(server.target, crowded)).toBe("root");
    const error = await failure({ ...server.target, privateKeyFile: undefined }, crowded);
    expect(error.message).toMatch(/refused the agent's keys/);
  });

  test("is never forwarded", async () => {
    const withAgent = sshTransport({ agentSocket: socket() });
    const connection = await withAgent.connect(server.target);
    const [result] = await (await connection.session()).run([script('echo "[$SSH_AUTH_SOCK]"')]);
    expect(text(result!.stdout)).toBe("[]\n");
    await connection.close();
  });
});

describe("a login shell", () => {
  const shells = [
    "/bin/bash",
    "/bin/dash",
    ...["/usr/bin/zsh", "/usr/bin/fish", "/bin/tcsh"].filter((path) => spawnSync("test", ["-x", path]).status === 0),
  ];
  const profile = "echo noise on stdout; echo noise on stderr >&2; printf 'no newline'\n";
  test.each(shells)("%s that prints noise does not disturb", async (shell) => {
    const noisy = makeUser(shell);
    onTestFinished(noisy.remove);
    for (const file of [".bashrc", ".profile", ".zshenv", ".cshrc"])
      writeFileSync(join(noisy.home, file), profile.replace(/>&2/, shell.endsWith("csh") ? "" : ">&2"));
    expect(await logIn({ ...server.target, user: noisy.name })).toBe(noisy.name);
  });

  test("that is not there for people is named", async () => {
    const closed = makeUser("/usr/sbin/nologin");
    onTestFinished(closed.remove);
    const error = await failure({ ...server.target, user: closed.name });
    expect(error.message).toMatch(/ended before it began.*not available/);
  });

  test("that never stops talking is left", async () => {
    const endless = makeUser("/bin/bash");
    onTestFinished(endless.remove);
    writeFileSync(join(endless.home, ".bashrc"), "yes noise\n");
    expect((await failure({ ...server.target, user: endless.name })).message).toMatch(/printed more than 262144 bytes/);
  });
});
