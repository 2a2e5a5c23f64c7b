import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Watch } from "../../runner/define/watch.ts";
import { prepareClient } from "../../runner/drill/client/client.ts";
import type { ClientRequest } from "../../runner/drill/client-ledger.ts";
import { httpClient, tcpClient } from "../../runner/index.ts";
import { FakeControl } from "../../runner/testing/fake-control.ts";

const open: TcpServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function port(server: TcpServer | Server): Promise<number> {
  open.push(server as TcpServer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Asks often, and waits long enough for an answer on a busy machine. */
const often = { everyMs: 10, deadlineMs: 20_000 };

/** What a client met with in some requests. */
async function met(watch: Watch): Promise<readonly ClientRequest[]> {
  const requests: ClientRequest[] = [];
  const start = await prepareClient(watch, new FakeControl());
  const client = start(
    () => performance.now(),
    (request) => requests.push(request),
  );
  await expect.poll(() => requests.length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(4);
  await client.stop();
  return requests;
}

const losses = async (watch: Watch): Promise<readonly (string | undefined)[]> => [
  ...new Set((await met(watch)).map(({ loss }) => loss)),
];

describe("a TCP client", () => {
  test("succeeds where somebody listens, with a new connection each time", async () => {
    let connections = 0;
    const server = createTcpServer(() => connections++);
    const requests = await met(tcpClient({ address: "127.0.0.1", port: await port(server), ...often }));
    expect(requests.every(({ loss }) => loss === undefined)).toBe(true);
    await expect.poll(() => connections, { timeout: 20_000 }).toBe(requests.length);
  });

  test("says that nobody listens", async () => {
    const server = createTcpServer();
    const watch = tcpClient({ address: "127.0.0.1", port: await port(server), ...often });
    server.close();
    expect(await losses(watch)).toEqual(["connection refused"]);
  });
});

describe("an HTTP client", () => {
  const url = async (server: Server) => `http://127.0.0.1:${await port(server)}/readyz`;

  test("wants one of its statuses", async () => {
    const there = await url(createServer((_, response) => response.writeHead(401).end("no")));
    expect(await losses(httpClient({ url: there, ...often }))).toEqual(["status 401"]);
    expect(await losses(httpClient({ url: there, ...often, status: [200, 401] }))).toEqual([undefined]);
  });

  test("gives up what has no answer in time, and does not wait for it before it asks again", async () => {
    const there = await url(createServer(() => undefined));
    const requests = await met(httpClient({ url: there, everyMs: 10, deadlineMs: 60 }));
    const [{ endedAt: firstEnd } = { endedAt: 0 }, ...others] = requests;
    expect(others.some(({ startedAt }) => startedAt < firstEnd)).toBe(true);
    expect(new Set(requests.map(({ loss }) => loss))).toEqual(new Set(["no answer within 60 ms"]));
  });

  test("counts an answer that breaks off as lost", async () => {
    const there = await url(
      createServer((_, response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("half");
        setTimeout(() => response.destroy(), 5);
      }),
    );
    expect(await losses(httpClient({ url: there, ...often }))).toEqual(["connection reset"]);
  });

  test("sends method, headers and body", async () => {
    let said = "";
    const there = await url(
      createServer(async (request, response) => {
        for await (const chunk of request) said = `${request.method} ${request.headers["x-who"]} ${String(chunk)}`;
        response.end();
      }),
    );
    await met(httpClient({ url: there, method: "POST", headers: { "x-who": "drill" }, body: "{}", ...often }));
    expect(said).toBe("POST drill {}");
  });
});

describe("an HTTPS client", () => {
  let folder = "";
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "drill-tls-"));
    const subject = ["-subj", "/CN=drill", "-addext", "subjectAltName=IP:127.0.0.1"];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", at("key.pem")];
    const args = ["req", "-x509", ...key, "-out", at("cert.pem"), "-days", "1", ...subject];
    execFileSync("openssl", args, { stdio: "ignore" });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("believes the authority that it is given, and nobody else; shows its own certificate", async () => {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => readFileSync(at(name), "utf8"));
    const options = { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true };
    const server = createTlsServer(options, (_, response) => response.end("ok"));
    const there = `https://127.0.0.1:${await port(server as unknown as Server)}/`;
    const own = { certFile: at("cert.pem"), keyFile: at("key.pem") };
    expect(await losses(httpClient({ url: there, ...often, caFile: at("cert.pem"), ...own }))).toEqual([undefined]);
    expect(await losses(httpClient({ url: there, ...often, ...own }))).toEqual(["self-signed certificate"]);
    expect(await losses(httpClient({ url: there, ...often, caFile: at("cert.pem") }))).not.toContain(undefined);
  });

  test("names a file that it cannot read", async () => {
    await expect(
      prepareClient(httpClient({ url: "https://127.0.0.1/", caFile: at("none.pem") }), new FakeControl()),
    ).rejects.toThrow(/DRL003: the client cannot read .*none\.pem: ENOENT/);
  });
});

test("what a client is told is checked", () => {
  expect(() => tcpClient({ address: "10.0.0.1", port: 70_000 })).toThrow(/DRL003: tcpClient: port/);
  expect(() => httpClient({ url: "ftp://10.0.0.1/" })).toThrow(/DRL003: httpClient: url/);
});
