import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sshTransport } from "../../runner/transport/ssh.ts";
import type { Become, Target } from "../../runner/transport/transport.ts";
import { processesWith, script, text } from "./session.conformance.ts";
import { startSshd, type TestSshd } from "./sshd.ts";
import { makeUser, type TestUser } from "./test-user.ts";

let server: TestSshd;
let user: TestUser;
const transport = sshTransport();

beforeAll(async () => {
  server = await startSshd();
  user = makeUser();
});
afterAll(async () => {
  await transport.close();
  user.remove();
  await server.stop();
});

const target = (become: Become | undefined): Target => ({ ...server.target, user: user.name, become });
const sudo = (password?: string): Become => ({
  method: "sudo",
  user: "root",
  ...(password === undefined ? {} : { password: () => password }),
});

/** Who the sessions of this target are, the target's own and those of more users. */
const whoIs = async (who: Target, ...more: readonly string[]): Promise<string[]> => {
  const connection = await transport.connect(who);
  try {
    const names: string[] = [];
    for (const name of [undefined, ...more]) {
      const [result] = await (await connection.session(name)).run([script("id -un")]);
      names.push(text(result!.stdout).trim());
    }
    return names;
  } finally {
    await connection.close();
  }
};

describe("privilege", () => {
  test("is not raised unless asked for", async () => {
    expect(await whoIs(target(undefined))).toEqual([user.name]);
  });

  test("is raised by sudo without a password, and root becomes anybody", async () => {
    user.allow("ALL=(root) NOPASSWD: ALL");
    expect(await whoIs(target(sudo()), "nobody", "root")).toEqual(["root", "nobody", "root"]);
  });

  test("is raised by sudo with a password, which no process list ever shows", async () => {
    user.allow("ALL=(root) ALL");
    expect(await whoIs(target(sudo(user.password)), "nobody")).toEqual(["root", "nobody"]);
    expect(processesWith(user.password)).toEqual([]);
  });

  test("is raised when a password is given although sudo wants none", async () => {
    user.allow("ALL=(root) NOPASSWD: ALL");
    expect(await whoIs(target(sudo("not needed")))).toEqual(["root"]);
  });

  test("is raised by su with the password of the other user", async () => {
    const become: Become = { method: "su", user: user.name, password: () => user.password };
    const nobody = makeUser();
    onTestFinished(nobody.remove);
    expect(await whoIs({ ...server.target, user: nobody.name, become })).toEqual([user.name]);
  });

  test("with a wrong sudo password fails after one try", async () => {
    user.allow("ALL=(root) ALL");
    await expect(whoIs(target(sudo("wrong")))).rejects.toMatchObject({
      reason: "become",
      message: expect.stringMatching(/sudo to root refused the password \(one try was made\)/),
    });
  });

  test("with a wrong su password fails", async () => {
    const become: Become = { method: "su", user: "root", password: () => "wrong" };
    await expect(whoIs(target(become))).rejects.toMatchObject({
      reason: "become",
      message: expect.stringMatching(/refused the password/),
    });
  });

  test("without the password that sudo wants says so", async () => {
    user.allow("ALL=(root) ALL");
    await expect(whoIs(target(sudo()))).rejects.toMatchObject({
      reason: "become",
      message: "sudo to root needs a password",
    });
  });

  test("that sudo does not allow is refused with sudo's own words", async () => {
    user.allow(undefined);
    await expect(whoIs(target(sudo(user.password)))).rejects.toMatchObject({
      reason: "become",
      message: expect.stringMatching(/not in the sudoers file|not allowed/),
    });
  });

  test("ends with the link, also under sudo", async () => {
    user.allow("ALL=(root) NOPASSWD: ALL");
    const mark = `6${Date.now()}`;
    const connection = await transport.connect(target(sudo()));
    const run = (await connection.session()).run([script(`sleep ${mark}`, { timeoutMs: 600_000 })]);
    await expect.poll(() => processesWith(`sleep ${mark}`).length, { timeout: 20_000 }).toBeGreaterThan(0);
    await Promise.all([connection.close(), expect(run).rejects.toThrow()]);
    await expect.poll(() => processesWith(mark), { timeout: 20_000 }).toEqual([]);
  });
});
