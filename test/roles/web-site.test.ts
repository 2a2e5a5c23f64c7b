import { Group } from "ts-play";
import { expect, test } from "vitest";
import web, { objections } from "../../playbooks/web.ts";
import { fileOf } from "./plans.ts";

const hosts = [1, 2, 3].map((n) => ({ name: `lb${n}`, address: `192.0.2.1${n}` }));
const plays = (given: readonly object[] = hosts) =>
  web.plays({
    groups: {
      loadbalancers: new Group("loadbalancers", given as typeof hosts),
      backends: new Group("backends", hosts),
    },
    vars: { virtual_ip: "192.0.2.10", service_port: 80, backend_port: 8080 },
  });

test("what is in the way is told first; what is balanced is there before the balancers, and they are there before the virtual IP, which must answer in the end", () => {
  expect(plays().map(({ title }) => title)).toEqual([
    "Nothing is in the way",
    "Web servers",
    "Load balancers",
    "Virtual IP",
    "The address answers",
  ]);
});

test("every backend is behind the balancer, on its own port", () => {
  const [balancer] = plays()[2]!.roles(hosts[0]!);

  for (const { name, address } of hosts) {
    expect(fileOf(balancer!, "/etc/haproxy/haproxy.cfg").content).toContain(`server ${name} ${address}:8080\n`);
  }
});

test("the first host holds the virtual IP unless priorities say otherwise", () => {
  const priorityOf = (host: string, given?: readonly object[]) =>
    /priority (\d+)/.exec(
      fileOf(plays(given)[3]!.roles(hosts[0]!)[0]!, "/etc/keepalived/keepalived.conf", {}, host).content,
    )?.[1];

  expect(["lb1", "lb2", "lb3"].map((host) => priorityOf(host))).toEqual(["200", "195", "190"]);
  expect(
    priorityOf(
      "lb1",
      hosts.map((host, i) => ({ ...host, priority: 100 + i })),
    ),
  ).toBe("100");
});

test("is refused before any host is contacted, where the inventory tells that it cannot stand", () => {
  const one = { name: "lb1", address: "192.0.2.11" };
  expect(() => plays([one])).toThrow("name two hosts or more in the group loadbalancers");
  expect(() => plays([one, { name: "lb2", address: "2001:db8::12" }])).toThrow("lb2 is at 2001:db8::12");
  expect(() => plays([one, { name: "lb2", address: "192.0.2.10" }])).toThrow("192.0.2.10 is the own address");
  const given = { loadbalancers: new Group("loadbalancers", hosts), backends: new Group("backends", hosts) };
  const vars = { virtual_ip: "192.0.2.10", service_port: 80, backend_port: 80, advert_interval: 1 };
  expect(objections(given, vars)).toMatchObject([{ variable: "backend_port" }]);
  expect(objections({ ...given, backends: new Group("backends", []) }, vars)).toMatchObject([{ group: "backends" }]);
});
