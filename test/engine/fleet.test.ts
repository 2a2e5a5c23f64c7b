import { expect, test } from "vitest";
import { RealFleet } from "../../runner/engine/fleet.ts";
import { script as probeText } from "../../runner/index.ts";
import { FakeControl } from "../../runner/testing/fake-control.ts";
import {
  type Connection,
  LinkLostError,
  type Script,
  type Session,
  type Target,
  type Transport,
} from "../../runner/transport/transport.ts";

/** A way to hosts that ends when the test says so. */
class FakeTransport implements Transport {
  readonly connections: FakeConnection[] = [];
  async connect(target: Target): Promise<Connection> {
    const connection = new FakeConnection(target.name);
    this.connections.push(connection);
    return connection;
  }
  async close(): Promise<void> {
    for (const connection of this.connections) await connection.close();
  }
}

class FakeConnection implements Connection {
  readonly #host: string;
  alive = true;
  #waiting: ((error: Error) => void)[] = [];
  answers: (() => void)[] = [];
  constructor(host: string) {
    this.#host = host;
  }
  async session(): Promise<Session> {
    const isAlive = () => this.alive;
    return {
      get alive() {
        return isAlive();
      },
      run: (scripts) => this.#run(scripts),
    };
  }
  lock = async (): Promise<void> => undefined;
  async close(): Promise<void> {
    this.alive = false;
    for (const fail of this.#waiting) fail(new LinkLostError(this.#host, "closed", []));
  }
  #run(scripts: readonly Script[]) {
    const results = scripts.map(() => ({
      exitCode: 0,
      stdout: new Uint8Array(),
      stderr: new Uint8Array(),
      droppedBytes: 0,
      timedOut: false,
      durationMs: 0,
    }));
    if (!this.alive) return Promise.reject(new LinkLostError(this.#host, "closed", []));
    return new Promise<typeof results>((resolve, reject) => {
      this.#waiting.push(reject);
      this.answers.push(() => resolve(results));
    });
  }
}

const fleetOver = (transport: Transport) =>
  new RealFleet({
    transport,
    targetOf: (name) => ({ name, connection: "ssh", address: name }),
    signal: new AbortController().signal,
    lockOwner: undefined,
    here: new FakeControl(),
    redact: (text) => text,
    onSecret: () => undefined,
    keepOutput: false,
  });

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

test("a host is let go only when what others asked of it has ended", async () => {
  const transport = new FakeTransport();
  const fleet = fleetOver(transport);
  const asked = fleet.driver("cp1").capture(probeText("make-token"));
  await soon();
  const released = fleet.release("cp1");
  await soon();
  const [connection] = transport.connections;
  expect(connection?.alive).toBe(true);
  for (const answer of connection!.answers) answer();
  expect((await asked).exitCode).toBe(0);
  await released;
  expect(connection?.alive).toBe(false);
});

test("to connect again leaves a living connection to those who work over it", async () => {
  const transport = new FakeTransport();
  const fleet = fleetOver(transport);
  const asked = fleet.driver("lb").capture(probeText("show pools"));
  await soon();
  await fleet.driver("lb", "app").reconnect();
  expect(transport.connections.length).toBe(1);
  for (const answer of transport.connections[0]!.answers) answer();
  expect((await asked).exitCode).toBe(0);
  transport.connections[0]!.alive = false;
  await Promise.all([fleet.driver("lb").reconnect(), fleet.driver("lb", "app").reconnect()]);
  expect(transport.connections.length).toBe(2);
});
