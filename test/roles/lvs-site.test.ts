import { Group } from "ts-play";
import { expect, test } from "vitest";
import lvs, { objections } from "../../playbooks/lvs.ts";
import { fileOf } from "./plans.ts";

const hostsOf = (word: string, from: number) =>
  [1, 2, 3].map((n) => ({ name: `${word}${n}`, address: `192.0.2.${from + n}` }));
const directors = hostsOf("lb", 10).slice(0, 2);
const realServers = hostsOf("web", 20).map((host) => ({ ...host, weight: 1 }));

const plays = (vars: object = {}, given = directors) =>
  lvs.plays({
    groups: {
      directors: new Group("directors", given),
      real_servers: new Group("real_servers", realServers),
      former_real_servers: new Group("former_real_servers", []),
      clients: new Group("clients", hostsOf("client", 40).slice(0, 1)),
    },
    vars: { virtual_ip: "192.0.2.200", service_port: 80, advert_interval: 1, ...vars },
  });

test("real servers have the address for as long as a director sends them anything, and a client asks in the end", () => {
  expect(plays().map(({ title }) => title)).toEqual([
    "One network",
    "An address of it",
    "Web servers",
    "Real servers",
    "Directors",
    "Former real servers",
    "The address answers",
  ]);
});

test("directors come one after the other, the one that balances last", () => {
  const play = plays()[4]!;
  expect(play.batch).toEqual([1]);
  expect(play.on.hosts.map(({ name }) => name)).toEqual(["lb2", "lb1"]);
});

test("each real server is behind the address, on the port of the service", () => {
  const [, director] = plays({ service_port: 8443 })[4]!.roles(directors[0]!);
  const interfaces = [{ name: "eth0", addresses: [{ address: "192.0.2.11", prefix: 24, family: 4 }] }];
  const { content } = fileOf(director!, "/etc/keepalived/conf.d/lvs.conf", { interfaces });

  for (const { address } of realServers) expect(content).toContain(`real_server ${address} 8443 {`);
});

test("a combined host has a daemon that tells of connections, on the instance that holds the address", () => {
  const both = [directors[0]!, realServers[0]!];
  expect(() => plays({}, both)).toThrow(/web1 is director and real server at once/);
  const [, director] = plays({ combined: "backup-only" }, both)[4]!.roles(directors[0]!);
  const interfaces = [{ name: "eth0", addresses: [{ address: "192.0.2.11", prefix: 24, family: 4 }] }];
  expect(fileOf(director!, "/etc/keepalived/conf.d/lvs.conf", { interfaces }).content).toContain(
    "lvs_sync_daemon eth0 virtual_ip id 1",
  );
});

test("is refused before any host is contacted, where the inventory tells that it cannot stand", () => {
  expect(() => plays({}, directors.slice(0, 1))).toThrow("name two hosts or more in the group directors");
  expect(() => plays({ virtual_ip: "192.0.2.22" })).toThrow("192.0.2.22 is to be a virtual address, and is web2's own");
  expect(() => plays({ kube_proxy_mode: "nftables" })).toThrow("leave kube_proxy_mode at iptables");
  expect(() => plays({}, [...directors, { name: "lb3", address: "2001:db8::3" }])).toThrow("lb3 is at 2001:db8::3");
  const given = (more: object) => ({
    groups: {
      directors: new Group("directors", directors),
      real_servers: new Group("real_servers", realServers),
      former_real_servers: new Group("former_real_servers", []),
      clients: new Group("clients", []),
      ...more,
    },
    vars: { virtual_ip: "192.0.2.200", service_port: 80, advert_interval: 1 },
  });
  expect(objections(given({}))).toEqual([]);
  expect(objections(given({ former_real_servers: new Group("former_real_servers", realServers.slice(0, 1)) }))).toEqual(
    [
      {
        message: "web1 is a real server, and a former one",
        fix: "leave it in one of the groups",
        group: "former_real_servers",
      },
    ],
  );
  expect(objections(given({ real_servers: new Group("real_servers", []) }))).toMatchObject([
    { message: "there is no real server", group: "real_servers" },
  ]);
});
