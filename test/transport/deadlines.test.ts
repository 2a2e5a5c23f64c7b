import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { defaultLimits, watchdog } from "../../runner/transport/session/watchdog.ts";
import type { SshClient } from "../../runner/transport/ssh/ssh-client.ts";
import { SshConnections } from "../../runner/transport/ssh/ssh-connections.ts";
import type { Target } from "../../runner/transport/transport.ts";
import { script } from "./session.conformance.ts";

const never = <T>() => new Promise<T>(() => undefined);

describe("a server that logs us in and then says nothing", () => {
  const silent: SshClient = { alive: true, exec: () => never(), forward: () => never(), close: async () => undefined };
  const connections = () =>
    new SshConnections(
      {
        login: async ({ socket }) => {
          socket.destroy();
          return silent;
        },
        parse: () => new Error("no key"),
        openAgent: () => never(),
      },
      { connectTimeoutMs: 1000, retries: { lost: 0, refused: 0, firstPauseMs: 1 } },
    );
  const target = async (more: Partial<Target> = {}): Promise<Target> => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    return {
      name: "h",
      connection: "ssh",
      address: "127.0.0.1",
      port,
      user: "u",
      knownHostsFile: "/nonexistent",
      ...more,
    };
  };

  test("is unreachable when it starts no shell", async () => {
    const connection = await connections().connect(await target());
    await expect(connection.session()).rejects.toThrow("does not start a shell: no answer within 1 s");
  });

  test("is unreachable when, as a jump host, it opens no way", async () => {
    const { port } = await target();
    const behind = await target({ address: "127.0.0.2", proxyJump: `u@127.0.0.1:${port}` });
    await expect(connections().connect(behind)).rejects.toThrow("no answer within 1 s");
  });
});

describe("a bundle", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const watched = () => {
    const lost: string[] = [];
    const watch = watchdog(
      [script("a"), script("b")],
      defaultLimits,
      () => undefined,
      (reason) => lost.push(reason),
    );
    return { lost, watch };
  };

  test("that the host never begins is lost", () => {
    const { lost, watch } = watched();
    watch.onSent();
    vi.advanceTimersByTime(defaultLimits.silenceMs + 1);
    expect(lost).toEqual(["the host's shell fell silent"]);
  });

  test("is lost when a script has ended and nothing follows, as when the shell's own process was killed", () => {
    const { lost, watch } = watched();
    watch.onStart(0);
    watch.onEnd(0);
    vi.advanceTimersByTime(defaultLimits.silenceMs + 1);
    expect(lost).toEqual(["the host's shell fell silent"]);
  });

  test("is not lost while a script takes as long as it may", () => {
    const { lost, watch } = watched();
    watch.onStart(0);
    watch.onSent();
    vi.advanceTimersByTime(19_000);
    watch.onEnd(0);
    watch.stop();
    vi.advanceTimersByTime(1e7);
    expect(lost).toEqual([]);
  });
});
