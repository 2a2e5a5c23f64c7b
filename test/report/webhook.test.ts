import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { webhookPayload } from "../../runner/report/webhook/payload.ts";
import { postWebhook } from "../../runner/report/webhook/send.ts";
import { maskedUrl, requireWebhookUrl } from "../../runner/report/webhook/webhook-url.ts";
import { documentNamed, documents } from "./documents.ts";

let server: Server | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
});

/** A receiver that answers the first posts as told, and the last answer from then on. */
async function receiver(...answers: readonly ((response: ServerResponse) => void)[]) {
  const bodies: string[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      bodies.push(body);
      (answers[bodies.length - 1] ?? answers.at(-1))?.(response);
    });
  };
  server = createServer(listener);
  await new Promise<void>((ready) => server?.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`, bodies };
}

const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end("no");
const cut = (response: ServerResponse) => void response.destroy();
const silent = () => undefined;
const quick = { deadlineMs: 30_000, backoffMs: 1 };

describe("a webhook", () => {
  test("is posted once when it is taken", async () => {
    const { url, bodies } = await receiver(status(204));
    expect(await postWebhook(url, '{"a":1}', quick)).toBeUndefined();
    expect(bodies).toEqual(['{"a":1}']);
  });

  test("goes through the proxy that the environment names, unless it is told not to", async () => {
    const { url, bodies } = await receiver(status(204));
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
      asked.push(request.url ?? "");
      const { hostname, port } = new URL(url);
      const onward = connect(Number(port), hostname, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      onward.pipe(socket).pipe(onward);
    });
    await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
    const named = url.replace("127.0.0.1", "receiver.example");
    try {
      vi.stubEnv("HTTP_PROXY", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
      expect(await postWebhook(named, '{"by":"proxy"}', quick)).toBeUndefined();
      expect(asked).toEqual([new URL(named).host]);
      vi.stubEnv("NO_PROXY", "127.0.0.1");
      expect(await postWebhook(url, '{"by":"myself"}', quick)).toBeUndefined();
      expect([asked.length, bodies]).toEqual([1, ['{"by":"proxy"}', '{"by":"myself"}']]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  test("is posted again when the receiver is busy, broken or gone for a moment", async () => {
    const { url, bodies } = await receiver(status(503), cut, status(429, { "retry-after": "0.01" }), status(200));
    expect(await postWebhook(url, "{}", quick)).toBeUndefined();
    expect(bodies).toHaveLength(4);
  });

  test("is given up after five tries, with the cause", async () => {
    const { url, bodies } = await receiver(status(500));
    expect(await postWebhook(url, "{}", quick)).toBe("it answered with status 500 (tried 5 times)");
    expect(bodies).toHaveLength(5);
  });

  test.each([400, 404, 302])("is not posted again, nor elsewhere, after status %d", async (code) => {
    const { url, bodies } = await receiver(status(code, { location: "http://127.0.0.1:1/" }));
    expect(await postWebhook(url, "{}", quick)).toBe(`it answered with status ${code} (tried 1 time)`);
    expect(bodies).toHaveLength(1);
  });

  test("is given up at the deadline when nobody answers, or when asked to wait for longer", async () => {
    const slow = await receiver(silent);
    const startedAt = performance.now();
    expect(await postWebhook(slow.url, "{}", { deadlineMs: 300, backoffMs: 1 })).toContain("did not answer in time");
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    server?.closeAllConnections();
    const busy = await receiver(status(429, { "retry-after": "3600" }));
    expect(await postWebhook(busy.url, "{}", quick)).toContain("status 429");
  });

  test("that nobody listens to is told with the cause", async () => {
    const { url } = await receiver(silent);
    await new Promise((closed) => server?.close(closed));
    expect(await postWebhook(url, "{}", quick)).toContain("ECONNREFUSED");
  });
});

describe("what is posted", () => {
  test("is the verdict, the numbers and what went wrong", () => {
    const { verdict, problems, run, leftOut } = JSON.parse(webhookPayload(documentNamed("troubled"), "generic"));
    expect(verdict).toMatchObject({ tone: "bad" });
    expect(run.exitCode).toBe(3);
    expect(problems).toHaveLength(3);
    expect(leftOut).toBe(0);
  });

  test.each(documents)("keeps to what Slack takes ($name)", ({ document }) => {
    const { text, blocks } = JSON.parse(webhookPayload(document, "slack")) as {
      text: string;
      blocks: { type: string; text: { type: string; text: string } }[];
    };
    expect(text.length).toBeGreaterThan(0);
    for (const block of blocks) {
      expect(block.text.text.length).toBeLessThanOrEqual(3000);
      expect(block.text.text).not.toMatch(/<!|<@|<b>/);
    }
  });
});

test.each(["ftp://example.org/", "example.org", "https://user:pass@example.org/"])("%s is no webhook", (url) => {
  expect(() => requireWebhookUrl(url)).toThrow("error CLI005");
});

test("the key in an address is masked", () => {
  expect(maskedUrl("https://hooks.slack.com/services/T0/B0/key?x=1")).toBe("https://hooks.slack.com/***");
});
