import { readFileSync } from "node:fs";
import { fileHash, fileText, pathState, portHolders, type UnitState, unitState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";
import { loadedConfiguration } from "../../roles/haproxy/loaded.ts";
import { haproxy } from "../../roles/haproxy/role.ts";
import { haproxyPreflight } from "../../roles/haproxy-preflight/role.ts";
import { answer } from "../../roles/haproxy-verify/answer.ts";
import { haproxyVerify } from "../../roles/haproxy-verify/role.ts";
import { type ServerState, serverStates } from "../../roles/haproxy-verify/server-states.ts";
import { contentHash } from "../../runner/define/content.ts";
import { fileOf } from "./plans.ts";

const path = "/etc/haproxy/haproxy.cfg";
const socket = "/run/haproxy/admin.sock";
const servers = ["cp1", "cp2", "cp3"].map((name, i) => ({ name, address: `192.0.2.1${i + 1}`, port: 6443 }));
const of = haproxy({ services: [{ name: "api", port: 9443, servers }] });
const question = answer({ kind: "tcp", address: "127.0.0.1", port: 9443, path: "/", host: "127.0.0.1" });
const up: readonly ServerState[] = servers.map(({ name }) => ({
  service: "api",
  server: name,
  status: "UP",
  since: "2026-11-25T18:00:00Z",
  check: "L4OK",
}));
const runs: UnitState = {
  ...unitState.bare("haproxy"),
  load: "loaded",
  active: "active",
  sub: "running",
  file: "enabled",
};

/** A host on which all is as it should be. */
function healthy(): FakeHost {
  const host = new FakeHost();
  const content = String(fileOf(of, path).content);
  host.set(unitState("haproxy"), runs);
  host.set(pathState(path), { type: "file", mode: "0640", owner: "root", group: "root" });
  host.set(fileHash(path), contentHash(content));
  host.set(fileText(path), content);
  host.set(loadedConfiguration(socket), /description "(.*)"/.exec(content)![1]);
  host.set(portHolders(), [{ address: "0.0.0.0", port: 9443, processes: ["haproxy"] }]);
  host.set(serverStates(socket), up);
  host.set(question, "open");
  return host;
}

async function findings(spoil: (host: FakeHost) => void, leastUp?: number): Promise<readonly string[]> {
  const host = healthy();
  spoil(host);
  const { failure, steps } = await host.attempt(haproxyVerify({ of, leastUp }));
  expect(steps).toEqual([]);
  return failure?.message.split("\n") ?? [];
}

const stateOf = (...changes: readonly Partial<ServerState>[]) => up.map((one, i) => ({ ...one, ...changes[i] }));
const down = { status: "DOWN", since: "2026-11-25T18:40:02Z", check: "L4CON Connection refused" };

test("of a balancer that is right nothing is said", async () => {
  expect(await findings(() => undefined)).toEqual([]);
});

test("on a bare host it says that nothing is there", async () => {
  const { state, failure } = await new FakeHost().check(haproxyVerify({ of }));
  expect(state).toBe("failed");
  expect(failure?.message.split("\n")).toEqual([
    "haproxy does not run: its unit is inactive (dead)",
    "haproxy would not start at boot: its unit is not there",
    `${path} is not there`,
  ]);
});

test("a server that is down is named, since when and why, and who is still enough", async () => {
  const spoil = (host: FakeHost) => host.set(serverStates(socket), stateOf({}, down, { status: "UP 1/2" }));

  expect(await findings(spoil)).toEqual([
    "api: 2 of 3 servers are up, at least 3 must be",
    "api/cp2 is DOWN since 2026-11-25T18:40:02Z (L4CON Connection refused)",
  ]);
  expect(await findings(spoil, 2)).toEqual([]);
});

test("drift of the file is named by its first line, and by its mode", async () => {
  const content = String(fileOf(of, path).content);
  const spoil = (text: string) => (host: FakeHost) => {
    host.set(fileText(path), text);
    host.set(fileHash(path), contentHash(text));
    host.set(pathState(path), { type: "file", mode: "0644", owner: "root", group: "root" });
  };

  expect(await findings(spoil(content.replace("retries 3", "retries 9")))).toEqual([
    expect.stringMatching(/line \d+ is "retries 9", wanted is "retries 3"$/),
    `${path} was changed: mode is 0644, wanted is 0640`,
  ]);
  expect((await findings(spoil(`${content}# by hand\n`)))[0]).toMatch(/line \d+ is "# by hand", wanted is ""$/);
});

test("a file with a password is compared, and not shown", async () => {
  const page = haproxy({
    services: [{ name: "api", port: 9443, servers }],
    statistics: { port: 8404, user: "admin", password: "canary" },
  });
  const host = healthy();
  host.set(fileText(path), "stats auth 'admin:canary'");
  const { failure } = await host.attempt(haproxyVerify({ of: page }));

  expect(failure?.message).toContain(`${path} was changed\n`);
  expect(failure?.message).not.toContain("canary");
});

test("a port that another program holds, an old configuration, no answer: all are told at once", async () => {
  expect(
    await findings((host) => {
      host.set(portHolders(), [{ address: "*", port: 9443, processes: ["nginx"] }]);
      host.set(loadedConfiguration(socket), "by hand");
      host.set(question, "closed at once");
    }),
  ).toEqual([
    expect.stringContaining("goes on with another configuration"),
    "0.0.0.0:9443 (service api) is held by nginx, not by haproxy",
    "api: a client on 127.0.0.1:9443 gets `closed at once`, wanted is open",
  ]);
  expect(
    await findings((host) => {
      host.set(portHolders(), []);
      host.set(loadedConfiguration(socket), undefined);
      host.set(serverStates(socket), undefined);
    }),
  ).toEqual(["haproxy does not answer on its socket", "0.0.0.0:9443 (service api) is held by nobody, not by haproxy"]);
});

test("the answer is asked as the service's check asks, on an address that is the host's own", async () => {
  const asked = (service: object, address = "192.0.2.1") => {
    const call = haproxy({ services: [{ name: "api", port: 9443, servers, ...service }] });
    const [task] = haproxyVerify({ of: call }).tasks({ name: "lb", address }, { os: { family: "debian" } });
    return task!.reads["answer api"]!.argument;
  };

  expect(asked({ check: { kind: "https", path: "/readyz", verify: "none" }, addresses: ["::"] })).toEqual({
    ...{ kind: "https", address: "127.0.0.1", port: 9443, path: "/readyz", host: "127.0.0.1" },
  });
  expect(asked({ addresses: ["192.0.2.9", "192.0.2.1"], check: { kind: "http", host: "a.b" } })).toMatchObject({
    ...{ address: "192.0.2.1", host: "a.b" },
  });
  expect(asked({ addresses: ["192.0.2.9"] })).toMatchObject({ address: "192.0.2.9" });
});

const said = (stdout: string) => ({ stdout, stderr: "", exitCode: 0 });
const parse = <T>(
  probe: { kind: { parse: (result: ReturnType<typeof said>, args: never[]) => readonly T[] }; argument: unknown },
  stdout: string,
) => probe.kind.parse(said(stdout), [probe.argument as never])[0];

test("what haproxy 2.6 says of its servers is read, texts with commas and quotes too", () => {
  const stdout = readFileSync(new URL("./fixtures/haproxy-2.6-show-stat.txt", import.meta.url), "utf8");

  expect(parse(serverStates(socket), stdout)).toEqual([
    { service: "web", server: "n1", status: "UP", since: "2026-11-25T18:38:54Z", check: "L7OK Layer7 check passed" },
    { service: "web", server: "n2", status: "DOWN", since: "2026-11-25T18:38:56Z", check: "L4CON Connection refused" },
    { service: "web", server: "n3", status: "DOWN", since: "2026-11-25T18:38:56Z", check: 'L7STS said "no", and left' },
  ]);
  expect(parse(serverStates(socket), "1795632080\n")).toBeUndefined();
});

test("answers are told from their absence", () => {
  const http = answer({ kind: "http", address: "127.0.0.1", port: 80, path: "/", host: "a" });

  expect(parse(http, "HTTP/1.1 503 Service Unavailable\r\n")).toBe("503");
  expect(parse(http, "")).toBe("closed without an answer");
  expect(parse(http, "2026/11/25 18:40:02 socat[42] E connect(5, AF=2 127.0.0.1:80, 16): Connection refused\n")).toBe(
    "connect(5, AF=2 127.0.0.1:80, 16): Connection refused",
  );
  expect(parse(question, "\nended 124")).toBe("open");
  expect(parse(question, "220 hello\n\nended 0")).toBe("open");
  expect(parse(question, "\nended 0")).toBe("closed at once");
  expect(parse(question, "\nended 1")).toBe("no connection");
});

test("the look before a run needs nothing on the host, and says what the role itself would", async () => {
  const host = new FakeHost();
  expect((await host.apply(haproxyPreflight({ of }))).steps).toEqual([]);
  host.set(portHolders(), [{ address: "*", port: 9443, processes: ["nginx"] }]);
  const { state, failure } = await host.attempt(haproxyPreflight({ of }));

  expect(state).toBe("failed");
  expect(failure?.message).toContain("nginx listens on *:9443");
});

test("only a call of the haproxy role can be looked at", () => {
  expect(() => haproxyVerify({ of: haproxyPreflight({ of }) })).toThrow(/what `haproxy\({...}\)` returned is needed/);
});
