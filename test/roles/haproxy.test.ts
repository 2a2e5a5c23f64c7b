import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";
import { haproxy } from "../../roles/haproxy/role.ts";
import { changeNames, fileOf, firstLines } from "./plans.ts";

const servers = [
  { name: "cp1", address: "192.0.2.11", port: 6443 },
  { name: "cp2", address: "192.0.2.12", port: 6443 },
];
const api = { name: "api", port: 9443, servers };
const role = haproxy({ services: [api] });
const path = "/etc/haproxy/haproxy.cfg";

test("a plan of a bare host is complete and in order: package, configuration, first start", async () => {
  const host = new FakeHost();

  expect(firstLines(await host.check(role))).toEqual([
    "apt-get install haproxy",
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

  expect(firstLines(await host.apply(more))).toEqual([`write ${path}`, "systemctl reload-or-restart haproxy.service"]);
});

test("the new file is tried before it replaces the old one, with warnings as errors", () => {
  expect(String(fileOf(role, path).validate)).toBe("haproxy -c -q -dW -f <file>");
});

test("it may listen on an address that another host holds just now", async () => {
  const floating = haproxy({ services: [{ ...api, address: "192.0.2.10" }] });

  expect(await changeNames(new FakeHost(), floating)).toContain("sysctl net.ipv4.ip_nonlocal_bind");
  expect(await changeNames(new FakeHost(), role)).not.toContain("sysctl net.ipv4.ip_nonlocal_bind");
});

test("the file has each service with its servers and its check, and ends with a line break", () => {
  const { content } = fileOf(haproxy({ services: [{ ...api, check: { kind: "http", path: "/readyz" } }] }), path);

  expect(content).toContain("frontend api\n  bind *:9443\n  default_backend api\n");
  expect(content).toContain(
    `backend api
  balance leastconn
  option httpchk GET /readyz
  http-check expect status 200
  server cp1 192.0.2.11:6443 check
  server cp2 192.0.2.12:6443 check
`,
  );
  expect(content).toMatch(/timeout tunnel 12h/);
  expect(content).not.toMatch(/\n\s*maxconn/);
  expect(content).toMatch(/[^\n]\n$/);
});

test("Red Hat's package wants its socket elsewhere", () => {
  expect(fileOf(role, path, { os: { family: "redhat" } }).content).toContain("stats socket /var/lib/haproxy/stats ");
});

test.each([
  ["no server", { ...api, servers: [] }, /services\.0\.servers/],
  ["a port that is none", { ...api, port: 70_000 }, /services\.0\.port/],
  ["a name with a blank", { ...api, name: "a b" }, /services\.0\.name/],
  ["a path that would end the line", { ...api, check: { kind: "http" as const, path: "/\nglobal" } }, /check\.path/],
])("%s is an error of the playbook", (_, service, message) => {
  expect(() => haproxy({ services: [service] })).toThrow(message);
});

test("two services can share neither name nor port", () => {
  expect(() => haproxy({ services: [api, { ...api, port: 1 }] })).toThrow(/same name/);
  expect(() => haproxy({ services: [api, { ...api, name: "b" }] })).toThrow(/same port/);
});
