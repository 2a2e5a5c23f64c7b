import { osRelease, pathExists, portHolders, secret, unitState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";
import { loadedConfiguration } from "../../roles/haproxy/loaded.ts";
import { haproxy } from "../../roles/haproxy/role.ts";
import { selinuxValue } from "../../roles/haproxy/selinux.ts";
import { reveal, Secret } from "../../runner/define/secret.ts";
import { changeNames, fileOf, firstLines } from "./plans.ts";

const servers = [
  { name: "cp1", address: "192.0.2.11", port: 6443 },
  { name: "cp2", address: "192.0.2.12", port: 6443 },
];
const api = { name: "api", port: 9443, servers };
const role = haproxy({ services: [api] });
const path = "/etc/haproxy/haproxy.cfg";
const socket = "/run/haproxy/admin.sock";
const contentOf = (service: object) =>
  String(fileOf(haproxy({ services: [{ ...api, ...service }] }), path, {}, "lb1").content);
const rocky = (version: string) => ({ id: "rocky", version, codename: "", family: "redhat" as const });

/** Tasks that were not reached are `skipped`. */
async function refusal(host: FakeHost, call = role) {
  const { state, failure, steps } = await host.attempt(call);
  return { state, message: failure?.message, fix: failure?.fix, steps };
}

test("a plan of a bare host is complete and in order: package, configuration, first start", async () => {
  const host = new FakeHost();

  expect(firstLines(await host.check(role))).toEqual([
    "apt-get install haproxy socat",
    `write ${path}`,
    "systemctl start haproxy.service",
  ]);
});

test("a second run changes nothing", async () => {
  const host = new FakeHost();
  await host.apply(role);

  expect((await host.apply(role)).steps).toEqual([]);
});

test("another server is a reload, not a restart", async () => {
  const host = new FakeHost();
  await host.apply(role);
  const more = haproxy({
    services: [{ ...api, servers: [...servers, { name: "cp3", address: "192.0.2.13", port: 6443 }] }],
  });

  const { steps } = await host.apply(more);
  expect(steps.join("\n")).toContain("systemctl reload-or-restart haproxy.service");
  expect(await changeNames(host, more)).toEqual([]);
});

test("a haproxy that goes on with another configuration than the file's is reloaded, whoever forgot to", async () => {
  const host = new FakeHost();
  await host.apply(role);
  host.set(loadedConfiguration(socket), "ts-play 0000000000000000");

  expect(await changeNames(host, role)).toEqual(["service haproxy.service"]);
  expect((await host.apply(role)).steps).toHaveLength(1);
  expect(await changeNames(host, role)).toEqual([]);
});

test("a haproxy that was stopped is started", async () => {
  const host = new FakeHost();
  await host.apply(role);
  host.set(unitState("haproxy"), {
    ...unitState.bare("haproxy"),
    load: "loaded",
    file: "enabled",
    active: "failed",
  });

  expect(firstLines(await host.apply(role))).toEqual(["systemctl start haproxy.service"]);
});

test("the new file is tried before it replaces the old one, with warnings as errors, beside what else haproxy reads", () => {
  const on = (os: object) => String(fileOf(role, path, { os }).validate);

  expect(on({ family: "debian", version: "12" })).toMatch(/\nhaproxy -c -dW -f <file> "\$@"$/);
  expect(on({ family: "debian", version: "12" })).toContain("for d in /var/lib/haproxy /run/haproxy; do");
  expect(on({ family: "debian", version: "12" })).not.toContain("conf.d");
  expect(on(rocky("9.4"))).toContain("set -- -f /etc/haproxy/conf.d;");
});

test("it may listen on an address that another host holds just now", async () => {
  const on = (...addresses: string[]) => {
    const host = new FakeHost({ name: "lb1", address: "192.0.2.20" });
    host.set(pathExists("/proc/net/if_inet6"), true);
    return changeNames(host, haproxy({ services: [{ ...api, addresses }] }));
  };

  expect(await on("192.0.2.10")).toContain("sysctl net.ipv4.ip_nonlocal_bind");
  expect(await on("2001:db8::10")).toContain("sysctl net.ipv6.ip_nonlocal_bind");
  expect((await on("192.0.2.20", "127.0.0.1")).join()).not.toContain("sysctl");
  expect((await on("*")).join()).not.toContain("sysctl");
});

test("the file has each service with its servers, and ends with a line break", () => {
  const content = contentOf({});

  expect(content).toContain("frontend api\n  bind *:9443\n  default_backend api\n");
  expect(content).toContain(
    `backend api
  balance leastconn
  default-server check inter 3s fastinter 1s downinter 2s fall 2 rise 2 slowstart 30s
  server cp1 192.0.2.11:6443
  server cp2 192.0.2.12:6443
`,
  );
  expect(content).toMatch(/timeout tunnel 12h/);
  expect(content).toMatch(/hard-stop-after 15m/);
  expect(content).not.toMatch(/\n\s*maxconn/);
  expect(content).toMatch(/[^\n]\n$/);
});

test("a check over TLS says whom it trusts, while the service itself is passed on", () => {
  const check = { kind: "https", path: "/readyz", statuses: [200, 401], interval: "1s", fall: 3 };
  const content = contentOf({ check: { ...check, verify: { caFile: "/etc/haproxy/ca.pem", name: "kubernetes" } } });

  expect(content).toContain(
    `  option httpchk
  http-check send meth GET uri /readyz
  http-check expect status 200,401
  default-server check inter 1s fastinter 1s downinter 2s fall 3 rise 2 slowstart 30s
  default-server check-ssl verify required ca-file /etc/haproxy/ca.pem verifyhost kubernetes check-sni kubernetes
`,
  );
  expect(contentOf({ check: { ...check, verify: "none" } })).toContain("default-server check-ssl verify none\n");
});

test("a server can be asked on another port, under a name, weigh more or less, and stand by", () => {
  const content = contentOf({
    balance: "source",
    maxConnections: 500,
    addresses: ["::", "192.0.2.10", "2001:db8::10"].slice(1),
    check: { kind: "http", port: 8081, host: "app.example" },
    servers: [
      { ...servers[0], weight: 0, maxConnections: 100 },
      { name: "far", address: "2001:db8::1", port: 80, backup: true },
    ],
  });

  expect(content).toContain("  bind 192.0.2.10:9443\n  bind [2001:db8::10]:9443\n  maxconn 500\n");
  expect(content).toContain("http-check send meth GET uri / ver HTTP/1.1 hdr Host app.example\n");
  expect(content).toContain("default-server check port 8081 inter 3s fastinter 1s downinter 2s fall 2 rise 2\n");
  expect(content).toContain(
    "  server cp1 192.0.2.11:6443 weight 0 maxconn 100\n  server far [2001:db8::1]:80 backup\n",
  );
  expect(contentOf({ addresses: ["::"] })).toContain("  bind :::9443 v4v6\n");
});

test("the page with statistics makes the whole file a secret, whatever the password holds", () => {
  const password = `it's "$a" \\ b`;
  const statistics = { port: 8404, user: "admin", password: secret(password) };
  const { content } = fileOf(haproxy({ services: [api], statistics }), path);

  expect(content).toBeInstanceOf(Secret);
  expect(reveal(content as unknown as Secret)).toContain(
    `  bind 127.0.0.1:8404\n  timeout client 30s\n  timeout http-request 10s\n  stats enable\n  stats uri /\n  stats hide-version\n  stats auth 'admin:it'\\''s "$a" \\ b'\n`,
  );
  const broken = haproxy({ services: [api], statistics: { ...statistics, password: "a\nglobal" } });
  expect(() => fileOf(broken, path)).toThrow(/line break/);
});

test("what a configuration calls itself changes with it, and does not tell of the password", () => {
  const idOf = (call: typeof role) => {
    const { content } = fileOf(call, path);
    const text = content as unknown as string | Secret;
    return /description "(.*)"/.exec(text instanceof Secret ? reveal(text) : text)![1];
  };
  const page = (password: string, port = 8404) =>
    haproxy({ services: [api], statistics: { port, user: "admin", password } });

  expect(idOf(role)).toMatch(/^ts-play [0-9a-f]{16}$/);
  expect(idOf(role)).not.toBe(idOf(haproxy({ services: [api], hardStopAfter: "never" })));
  expect(idOf(page("a"))).not.toBe(idOf(page("a", 8405)));
  expect(idOf(page("a"))).toBe(idOf(page("b")));
});

test("Red Hat's package wants its socket elsewhere, a log inside of its root, and SELinux to allow other ports", async () => {
  const host = new FakeHost();
  host.set(osRelease(), rocky("9.4"));
  host.set(selinuxValue("haproxy_connect_any"), false);

  expect(fileOf(role, path, { os: rocky("9.4") }).content).toContain("stats socket /var/lib/haproxy/stats ");
  const lines = firstLines(await host.apply(role));
  expect(lines).toContain("setsebool -P haproxy_connect_any 1");
  expect(lines).toContain("write /etc/systemd/system/haproxy.service.d/ts-play-log.conf");
  expect(await changeNames(host, role)).toEqual([]);
});

test("SELinux is left alone where it allows the ports anyway, or is off", async () => {
  const host = new FakeHost();
  host.set(osRelease(), rocky("9.4"));
  expect((await changeNames(host, role)).join()).not.toContain("selinux");

  host.set(selinuxValue("haproxy_connect_any"), false);
  const web = { name: "web", port: 443, servers: [{ name: "a", address: "192.0.2.11", port: 8443 }] };
  expect((await changeNames(host, haproxy({ services: [web] }))).join()).not.toContain("selinux");
});

test("a haproxy that is too old is refused", async () => {
  const host = new FakeHost();
  host.set(osRelease(), rocky("8.10"));

  expect(await refusal(host)).toMatchObject({ state: "failed", message: expect.stringContaining("RHEL 8"), steps: [] });
});

test("a port that another program holds is refused before anything is changed, with its name", async () => {
  const host = new FakeHost();
  const held = (address: string, processes: readonly string[] | undefined) =>
    host.set(portHolders(), [{ address, port: 9443, processes }]);

  held("*", ["nginx"]);
  expect(await refusal(host)).toEqual({
    state: "failed",
    message: "haproxy cannot listen on 0.0.0.0:9443 (service api): nginx listens on *:9443",
    fix: "stop it, or choose another port",
    steps: [],
  });
  held("0.0.0.0", undefined);
  expect((await refusal(host)).message).toContain("somebody (there is no `ss` on the host to tell whom)");
  for (const [address, names] of [["::", ["nginx"]] as const, ["0.0.0.0", ["haproxy"]] as const]) {
    held(address, names);
    expect((await host.check(role)).state).toBe("done");
  }
});

test("IPv6 is refused on a host that has none", async () => {
  const both = haproxy({ services: [{ ...api, addresses: ["::"] }] });

  expect(await refusal(new FakeHost(), both)).toMatchObject({ message: expect.stringContaining("has no IPv6") });
});

test("while haproxy runs, a port is taken to be its own where nobody tells", async () => {
  const host = new FakeHost();
  await host.apply(role);
  host.set(portHolders(), [{ address: "0.0.0.0", port: 9443, processes: undefined }]);

  expect(await changeNames(host, role)).toEqual([]);
});

test("the port of the apiserver on the same host is refused with the ways out", async () => {
  const same = haproxy({ services: [{ ...api, port: 6443 }] });
  const onMaster = new FakeHost({ name: "cp1", address: "192.0.2.11" });
  const wanted = { state: "failed", fix: expect.stringContaining("--bind-address"), steps: [] };

  expect(await refusal(onMaster, same)).toMatchObject({
    ...wanted,
    message: "haproxy cannot listen on 0.0.0.0:6443 (service api): its own server cp1 is to listen there on this host",
  });
  const elsewhere = new FakeHost();
  elsewhere.set(portHolders(), [{ address: "*", port: 6443, processes: ["kube-apiserver"] }]);
  expect(await refusal(elsewhere, same)).toMatchObject({
    ...wanted,
    message: expect.stringContaining("kube-apiserver listens on *:6443"),
  });
  const floating = haproxy({ services: [{ ...api, port: 6443, addresses: ["192.0.2.10"] }] });
  expect((await onMaster.check(floating)).state).toBe("done");
});

test.each([
  ["no server", { servers: [] }, /services\.0\.servers/],
  ["a port that is none", { port: 70_000 }, /services\.0\.port/],
  ["port 0", { port: 0 }, /services\.0\.port/],
  ["a name with a blank", { name: "a b" }, /services\.0\.name/],
  ["a path that would end the line", { check: { kind: "http" as const, path: "/\nglobal" } }, /check\.path/],
  ["a check over TLS that does not say whom it trusts", { check: { kind: "https" as const } }, /check\.verify/],
  ["a duration without a unit", { slowStart: "30" }, /slowStart/],
  ["a slow start that has no effect", { balance: "source" as const, slowStart: "5s" }, /slowStart has no effect/],
  ["a server that is there twice", { servers: [servers[0]!, servers[0]!] }, /two servers .* the same name, cp1/],
  ["backup servers only", { servers: [{ ...servers[0]!, backup: true }] }, /backup servers only/],
])("%s is an error of the playbook", (_, wrong, message) => {
  // biome-ignore lint/suspicious/noExplicitAny: half of these do not compile, which is why they are tried
  expect(() => haproxy({ services: [{ ...api, ...wrong } as any] })).toThrow(message);
});

test("two services can share neither name nor place, and the page can share none with them", () => {
  const other = { ...api, name: "b" };
  const both = (a: object, b: object) => () =>
    haproxy({
      services: [
        { ...api, ...a },
        { ...other, ...b },
      ],
    });
  const page = (port: number, address?: string) => () =>
    haproxy({ services: [api], statistics: { port, address, user: "admin", password: "x" } });

  expect(() => haproxy({ services: [api, { ...api, port: 1 }] })).toThrow(/same name/);
  expect(both({}, {})).toThrow(/service api and service b would listen on the same port: 0\.0\.0\.0:9443/);
  expect(both({ addresses: ["192.0.2.10"] }, {})).toThrow(/same port/);
  expect(both({ addresses: ["::"] }, { addresses: ["192.0.2.10"] })).toThrow(/same port/);
  expect(both({ addresses: ["2001:db8::1"] }, { addresses: ["2001:db8:0::1"] })).toThrow(/same port/);
  expect(both({ addresses: ["192.0.2.10"] }, { addresses: ["192.0.2.11"] })).not.toThrow();
  expect(both({ addresses: ["2001:db8::1"] }, {})).not.toThrow();
  expect(page(9443)).toThrow(/the page with statistics would listen on the same port/);
  expect(page(8404)).not.toThrow();
});
