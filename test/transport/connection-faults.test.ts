import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sshTransport } from "../../runner/transport/ssh.ts";
import { type Connection, LinkLostError, type Target } from "../../runner/transport/transport.ts";
import { type Cut, type CutProxy, startCutProxy } from "./cut-proxy.ts";
import { locks, processesWith, script, text } from "./session.conformance.ts";
import { startSshd, type TestSshd } from "./sshd.ts";

let server: TestSshd;
const transport = sshTransport({ connectTimeoutMs: 20_000, retries: { lost: 0, refused: 0, firstPauseMs: 10 } });
let proxy: CutProxy | undefined;

beforeAll(async () => {
  server = await startSshd();
});
afterEach(async () => {
  await proxy?.stop();
  proxy = undefined;
});
afterAll(async () => {
  await transport.close();
  await server.stop();
});

/** The server as it is seen through a proxy, whose port has the same host key. */
const through = ({ port }: CutProxy): Target => {
  const file = join(server.folder, `known_hosts_${port}`);
  writeFileSync(file, `[127.0.0.1]:${port} ${server.hostKeys.ed25519}\n`, { mode: 0o600 });
  return { ...server.target, port, knownHostsFile: file };
};

const connectThrough = async (options: Omit<Parameters<typeof startCutProxy>[0], "port"> = {}): Promise<Connection> => {
  proxy = await startCutProxy({ ...options, port: server.port });
  return transport.connect(through(proxy));
};

describe("a bit that is turned round on the way", () => {
  test.each(["up", "down"] as const)("%s ends the link, and no result is made of it", async (direction) => {
    const connection = await connectThrough();
    const session = await connection.session();
    const [before] = await session.run([script("echo whole")]);
    expect(text(before!.stdout)).toBe("whole\n");
    proxy!.flipNext(direction);
    const error = await session.run([script("echo touched")]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LinkLostError);
    expect([(error as LinkLostError).results, session.alive]).toEqual([[], false]);
  });
});

describe("a link that is lost", () => {
  test.each<Cut>(["fin", "rst"])(
    "by %s in mid-bundle keeps the known results and ends the work on the host",
    async (how) => {
      const mark = `8${Date.now()}`;
      const connection = await connectThrough();
      const session = await connection.session();
      const heard: number[] = [];
      const run = session.run(
        [
          script("echo done"),
          script(`(setsid sleep 0.1 & sleep ${mark}) & sleep ${mark}`, { timeoutMs: 600_000 }),
          script("echo never"),
        ],
        (index) => heard.push(index),
      );
      await expect.poll(() => processesWith(`sleep ${mark}`).length, { timeout: 20_000 }).toBeGreaterThan(0);
      await expect.poll(() => heard, { timeout: 20_000 }).toEqual([0]);
      proxy!.cutNow(how);
      const error = await run.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(LinkLostError);
      expect((error as LinkLostError).results.map(({ stdout }) => text(stdout))).toEqual(["done\n"]);
      expect([heard, session.alive]).toEqual([[0], false]);
      await expect.poll(() => processesWith(mark), { timeout: 20_000 }).toEqual([]);
      await expect(session.run([script("true")])).rejects.toBeInstanceOf(LinkLostError);
      await connection.close();
    },
  );

  test("while a script does not take its input ends the work on the host all the same", async () => {
    const mark = `9${Date.now()}`;
    const connection = await connectThrough();
    const run = (await connection.session()).run([
      script(`sleep ${mark}`, { stdin: Buffer.alloc(3_000_000), timeoutMs: 600_000 }),
    ]);
    await expect.poll(() => processesWith(`sleep ${mark}`).length, { timeout: 20_000 }).toBeGreaterThan(0);
    proxy!.cutNow("rst");
    await expect(run).rejects.toBeInstanceOf(LinkLostError);
    await expect.poll(() => processesWith(mark), { timeout: 20_000 }).toEqual([]);
    await connection.close();
  });

  test("by silence is noticed, because the server is asked whether it is there", async () => {
    proxy = await startCutProxy({ port: server.port });
    const asking = sshTransport({ keepaliveMs: 1000 });
    const connection = await asking.connect(through(proxy));
    const run = (await connection.session()).run([script("sleep 60", { timeoutMs: 60_000 })]);
    proxy.cutNow("silence");
    await expect(run).rejects.toThrow(/the connection broke: Keepalive timeout/);
    await connection.close();
  });

  test("gives the lock back", async () => {
    const connection = await connectThrough();
    await locks(connection, "the one that is cut off");
    proxy!.cutNow("rst");
    const other = await transport.connect(server.target);
    await locks(other, "the next");
    await Promise.all([other.close(), connection.close()]);
  });

  test("at any byte is never taken for success", async () => {
    const whole = await connectThrough();
    await (await whole.session()).run([script("echo a"), script("echo b >&2; exit 4")]);
    await whole.close();
    const total = { ...proxy!.bytes };
    await proxy!.stop();
    const cuts = Array.from({ length: 24 }, (_, index) => ({
      how: (["fin", "rst"] as const)[index % 2]!,
      direction: (["up", "down"] as const)[(index >> 1) % 2]!,
      at: (index + Math.random()) / 24,
    }));
    for (const { how, direction, at } of cuts) {
      const after = Math.floor(total[direction] * at);
      const outcome = await runOnce({ cut: { how, direction, after } });
      await proxy!.stop();
      expect(outcome, `${how} ${direction} after ${after}`).toSatisfy((names: string) =>
        ["UnreachableError", "LinkLostError", "a 0, b 4"].includes(names),
      );
      // The end of the bundle is in the last bytes of the host's side only.
      if (outcome === "a 0, b 4") expect(at).toBeGreaterThan(0.7);
    }
  }, 120_000);
});

const runOnce = async (options: Parameters<typeof connectThrough>[0]): Promise<string> => {
  let connection: Connection | undefined;
  try {
    connection = await connectThrough(options);
    const [a, b] = await (await connection.session()).run([script("echo a"), script("echo b >&2; exit 4")]);
    return `${text(a!.stdout).trim()} ${a!.exitCode}, ${text(b!.stderr).trim()} ${b!.exitCode}`;
  } catch (error) {
    return (error as Error).name;
  } finally {
    await connection?.close();
  }
};

describe("a server that is silent", () => {
  test("before the login is given up at the deadline", async () => {
    proxy = await startCutProxy({ port: server.port, cut: { how: "silence", direction: "down", after: 500 } });
    const hasty = sshTransport({ connectTimeoutMs: 1_000, retries: { lost: 0, refused: 0, firstPauseMs: 10 } });
    await expect(hasty.connect(through(proxy))).rejects.toMatchObject({ reason: "timeout" });
  });

  test("is left at once when the run is aborted", async () => {
    proxy = await startCutProxy({ port: server.port, cut: { how: "silence", direction: "down", after: 100 } });
    const aborted = transport.connect(through(proxy), AbortSignal.timeout(200));
    const started = Date.now();
    await expect(aborted).rejects.toThrow(/given up/);
    // Sooner than at the deadline of a connection.
    expect(Date.now() - started).toBeLessThan(15_000);
  });
});

test("a port where nobody listens is refused with its address", async () => {
  await expect(transport.connect({ ...server.target, port: 1 })).rejects.toMatchObject({
    reason: "refused",
    message: expect.stringContaining("127.0.0.1:1"),
  });
});

test("a name that does not exist is a DNS problem", async () => {
  await expect(transport.connect({ ...server.target, address: "no-such-host.invalid" })).rejects.toMatchObject({
    reason: "dns",
  });
});

test("a server that drops half of the connections lets everybody in after retries", async () => {
  const small = await startSshd(["MaxStartups 2:50:6"]);
  onTestFinished(small.stop);
  const patient = sshTransport({ retries: { lost: 20, refused: 0, firstPauseMs: 50 } });
  const connections = await Promise.all(Array.from({ length: 24 }, () => patient.connect(small.target)));
  expect(small.log()).toMatch(/MaxStartups|drop connection/);
  await Promise.all(connections.map((connection) => connection.close()));
  await patient.close();
}, 120_000);
