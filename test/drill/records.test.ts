import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { prepareClient } from "../../runner/drill/client/client.ts";
import type { ClientRequest } from "../../runner/drill/client-ledger.ts";
import { exceeded } from "../../runner/drill/verdict.ts";
import { recordsClient } from "../../runner/index.ts";
import { FakeControl } from "../../runner/testing/fake-control.ts";

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function bodyOf(request: IncomingMessage): Promise<{ id?: string; run?: string }> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return JSON.parse(text) as { id?: string; run?: string };
}

/** A store of records: `forgets` acknowledges without keeping, `isSilent` never answers. */
class Store {
  readonly kept = new Set<string>();
  forgets = (_: number): boolean => false;
  isSilent = false;
  isDown = false;
  writes = 0;
  removed = "";

  async listen(): Promise<string> {
    const server = createServer(async (request, response) => {
      const { id, run = "" } = await bodyOf(request);
      if (this.isSilent) return;
      if (this.isDown) response.statusCode = 503;
      else if (id !== undefined && !this.forgets(this.writes++)) this.kept.add(id);
      if (request.url === "/remove") this.removed = run;
      response.end(JSON.stringify(request.url === "/list" ? [...this.kept].filter((one) => one.startsWith(run)) : {}));
    });
    open.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

const patient = { deadlineMs: 20_000, lateMs: 20_000, tryMs: 20_000 };
const hasty = { deadlineMs: 20_000, lateMs: 60, tryMs: 100 };
const some = { timeout: 20_000, interval: 10 };

async function client(times: typeof patient, ...stores: readonly Store[]) {
  const watch = recordsClient({
    title: "keep a record",
    endpoints: await Promise.all(stores.map((store) => store.listen())),
    write: (id) => ({ path: "/write", body: { id } }),
    readBack: (run) => ({ path: "/list", body: { run } }),
    remove: (run) => ({ path: "/remove", body: { run } }),
    idsIn: (answer) => answer as string[],
    everyMs: 10,
    ...times,
  });
  const requests: ClientRequest[] = [];
  const start = await prepareClient(watch, new FakeControl());
  const running = start(
    () => performance.now(),
    (request) => requests.push(request),
  );
  return { requests, running };
}

describe("a client that writes", () => {
  test("finds all that was acknowledged where nothing is lost, and removes it", async () => {
    const store = new Store();
    const { requests, running } = await client(patient, store);
    await expect.poll(() => requests.length, some).toBeGreaterThan(3);
    await running.stop();
    expect(await running.account?.()).toMatchObject({ missing: 0 });
    expect(requests.every(({ loss }) => loss === undefined)).toBe(true);
    expect(store.kept.size).toBe(requests.length);
    expect([...store.kept].every((id) => id.startsWith(`${store.removed}/`))).toBe(true);
  });

  test("counts what was acknowledged and is not there", async () => {
    const store = new Store();
    store.forgets = (n) => n === 1 || n === 2;
    const { requests, running } = await client(patient, store);
    await expect.poll(() => requests.length, some).toBeGreaterThan(3);
    await running.stop();
    expect((await running.account?.())?.missing).toBe(2);
  });

  test("goes to the next when one is down or silent; what it acknowledges then is late, and not lost", async () => {
    const [silent, well] = [new Store(), new Store()];
    silent.isSilent = true;
    const { requests, running } = await client(hasty, silent, well);
    await expect.poll(() => requests.length, some).toBeGreaterThan(3);
    await running.stop();
    silent.isSilent = false;
    silent.kept.add("not asked");
    const all = new Set([...silent.kept, ...well.kept]);
    expect(requests.filter(({ loss }) => loss !== undefined)).toEqual([]);
    expect(all.size - 1).toBe(requests.length);
    for (const id of well.kept) silent.kept.add(id);
    const account = await running.account?.();
    expect(account?.missing).toBe(0);
    expect(account?.late).toBeGreaterThan(0);
  });

  test("what nobody acknowledges in time is lost, and nobody is asked for it in the end", async () => {
    const store = new Store();
    store.isDown = true;
    const { requests, running } = await client({ ...hasty, deadlineMs: 400 }, store);
    const losses = () => requests.map(({ loss }) => loss);
    await expect.poll(losses, some).toContain("status 503");
    await running.stop();
    expect(losses()).not.toContain(undefined);
    store.isDown = false;
    expect(await running.account?.()).toEqual({ late: 0, missing: 0 });
  });
});

test("a write that is missing exceeds its limit", () => {
  const measured = { longestGapMs: 0, lost: 0, twoHoldersMs: 0, missing: 2 };
  expect(exceeded({ maxMissing: 0 }, measured)).toEqual([
    "2 writes were acknowledged and are not there, the limit is 0",
  ]);
  expect(exceeded({ maxMissing: 2 }, measured)).toEqual([]);
  expect(exceeded({}, measured)).toEqual([]);
});
