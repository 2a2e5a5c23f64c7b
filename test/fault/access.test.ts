import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { labPassword } from "../../runner/lab/lab.ts";
import { useLabProject } from "./lab-project.ts";

const setup = useLabProject("faultaccess", ["guarded"]);
const host = () => setup().lab.hosts[0]!;

beforeAll(async () => {
  await setup().on(
    [
      // Not reloaded: sshd would take the new configuration, and new connections, only a moment later.
      "echo LogLevel VERBOSE >/etc/ssh/sshd_config.d/log.conf && systemctl restart ssh",
      "useradd --create-home --shell /bin/sh plain && cp -r /home/admin/.ssh /home/plain/ && chown -R plain /home/plain/.ssh",
    ].join("\n"),
  );
});

/** The last word about a connection on which nobody has logged in. */
const REFUSED = /(disconnect|closed|reset).*\[preauth\]/;

/** What the server wrote about logins while something was done, up to the end of a connection that it did not let in. */
async function logOf(action: () => Promise<unknown>): Promise<string> {
  const before = (await setup().on("journalctl -u ssh --show-cursor -n 0 -q")).replace("-- cursor: ", "").trim();
  await action();
  let log = "";
  const look = async () => {
    log = await setup().on(`journalctl -u ssh -q --after-cursor='${before}'`);
    return log;
  };
  await expect.poll(look, { timeout: 60_000, interval: 250 }).toMatch(REFUSED);
  return log;
}

/** What the server wrote about connections that ended before anybody had logged in: neither the probe's own, nor a success. */
function refusedConnections(log: string): readonly string[] {
  const lines = log.split("\n");
  const refused = lines.filter((line) => REFUSED.test(line)).map(processOf);
  return lines.filter((line) => refused.includes(processOf(line)));
}

const processOf = (line: string): string | undefined => /sshd\[(\d+)\]/.exec(line)?.[1];

describe("a host key", () => {
  const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6Dl8Dv0tjXf2Kq4v7m0xQm0n0b0y1xVd0YpM7q1v2r";
  const tries = /authenticating user|Accepted|Failed|Postponed|Invalid user/;

  test.each([
    ["that is not known", () => "", /unknown|not known/i],
    ["that has changed", () => `${host().address} ${otherKey}\n`, /changed|differs|not the one/i],
    ["that was revoked", (key: string) => `@revoked ${key}\n`, /revoked/i],
  ])("%s is refused before anybody logs in", async (_, known, message) => {
    const key = (await readFile(setup().lab.knownHostsFile, "utf8")).trim();
    const file = await setup().project.write("known_hosts", known(key));
    let ended: Awaited<ReturnType<ReturnType<typeof setup>["run"]>> | undefined;
    const log = await logOf(async () => {
      ended = await setup().run("shell.ts", "--known-hosts", file, "-e", '{"anything":"touch /srv/was-here"}');
    });
    expect(ended?.exitCode).toBe(4);
    expect(ended?.stdout).toMatch(message);
    expect(ended?.stdout).toMatch(/SHA256:/);
    expect(refusedConnections(log).length).toBeGreaterThan(0);
    expect(refusedConnections(log).join("\n")).not.toMatch(tries);
    expect(await setup().on("ls /srv")).not.toContain("was-here");
    expect(await readFile(file, "utf8")).toBe(known(key));
  });
});

describe("a login", () => {
  test("with a wrong password is refused after one try, and with the right one is let in", async () => {
    const { lab, project, run } = setup();
    const file = await project.write("password", "not-this\n");
    const line = `{ ansible_host: "${host().address}", ansible_user: operator, known_hosts_file: ${lab.knownHostsFile} }`;
    const hosts = await project.write("password.yaml", `all:\n  hosts:\n    guarded: ${line}\n`);
    const flags = ["-i", hosts, "--password-file", file] as const;
    const log = await logOf(async () => {
      const ended = await run("shell.ts", ...flags);
      expect(ended.exitCode).toBe(4);
      expect(ended.stdout).toMatch(/UNREACHABLE.*password/);
      expect(ended.stdout + ended.stderr).not.toContain("not-this");
    });
    expect(log.match(/Failed password for operator/g)).toHaveLength(1);
    await project.write("password", `${labPassword}\n`);
    const inside = await run("shell.ts", ...flags, "-e", '{"anything":"test $(id -un) = operator"}');
    expect(inside.stdout).toContain("1 task changed");
    expect(inside.exitCode).toBe(0);
  });
});

describe("sudo", () => {
  const become = async (user: string, password?: string) => {
    const { project, inventory, run } = setup();
    const hosts = await inventory({ ansible_user: user });
    const file =
      password === undefined ? [] : ["--become-password-file", await project.write("sudo-password", password)];
    return run("shell.ts", "-i", hosts, "-b", ...file, "-e", '{"anything":"test $(id -u) = 0"}');
  };

  test.each([
    ["without a password that it needs", "operator", undefined, /needs a password/],
    ["with a wrong password", "operator", "not-this", /refused the password/],
    ["for a user who may not", "plain", labPassword, /sudo/],
    ["for a user who may not, and no password", "plain", undefined, /needs a password|not allowed|not in the sudoers/],
  ])("%s fails before any task, with its reason", async (_, user, password, message) => {
    const ended = await become(user, password);
    expect(ended.exitCode).toBe(4);
    expect(ended.stdout).toMatch(message);
    expect(ended.stdout).toMatch(/1 unreachable/);
    expect(ended.stdout + ended.stderr).not.toContain("not-this");
    // As long as a host's shell is waited for.
    expect(ended.durationMs).toBeLessThan(30_000);
  });

  test.each([
    ["operator", labPassword],
    ["admin", undefined],
  ])("lets %s become root", async (user, password) => {
    expect((await become(user, password)).exitCode).toBe(0);
  });
});
