import { osRelease } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { lvsDirector } from "../../roles/lvs/role.ts";
import { changeNames, fileOf, firstLines } from "./plans.ts";

const directors = [
  { name: "lb1", address: "192.0.2.10" },
  { name: "lb2", address: "192.0.2.12" },
];
const realServers = [21, 22, 23].map((n) => ({ name: `web${n}`, address: `192.0.2.${n}` }));
const web = { address: "192.0.2.200", port: 80, realServers };
const vars = { services: [web], directors };
type Vars = Parameters<typeof lvsDirector>[0];
const path = "/etc/keepalived/conf.d/lvs.conf";
const interfaces = [
  { name: "ens3", mac: undefined, addresses: [{ address: "192.0.2.10", prefix: 24, family: 4 as const }] },
];
const role = lvsDirector(vars);
const lb1 = () => new FakeHost({ name: "lb1", address: "192.0.2.10" });
const textOf = (given: Partial<Vars>): string =>
  String(fileOf(lvsDirector({ ...vars, ...given }), path, { interfaces }).content);

describe("a host", () => {
  test("loads the module before the settings that it brings, and has them before there is a table", async () => {
    const lines = firstLines(await lb1().apply(role));

    expect(lines.filter((line) => !/sysctl\.d|mkdir/.test(line))).toEqual([
      "apt-get install keepalived ipvsadm iputils-arping",
      "write /etc/default/ipvsadm",
      "write /etc/modules-load.d/ts-play-ip_vs.conf",
      "modprobe ip_vs",
      "printf '%s\\n' 1 >/proc/sys/net/ipv4/vs/expire_nodest_conn",
      "printf '%s\\n' 1 >/proc/sys/net/ipv4/vs/expire_quiescent_template",
      `write ${path}`,
      "systemctl start keepalived.service",
    ]);
  });

  test("is left alone by a second run", async () => {
    const host = lb1();
    await host.apply(role);
    expect((await host.apply(role)).steps).toEqual([]);
  });

  test("reloads, and does not restart, for a new real server: connections and the address stay", async () => {
    const host = lb1();
    await host.apply(role);
    const more = [...realServers, { name: "web24", address: "192.0.2.24" }];

    expect(firstLines(await host.apply(lvsDirector({ ...vars, services: [{ ...web, realServers: more }] })))).toEqual([
      `write ${path}`,
      "systemctl reload-or-restart keepalived.service",
    ]);
  });

  test("of the RHEL family has another arping, and a service instead of a file to keep off", async () => {
    const host = lb1();
    host.set(osRelease(), { id: "rocky", version: "9", codename: "", family: "redhat" });
    const names = await changeNames(host, role);

    expect(names).toContain("packages keepalived ipvsadm iputils");
    expect(names).not.toContain("file /etc/default/ipvsadm");
  });

  test("in another network than a real server is refused before anything is changed", async () => {
    const far = lvsDirector({
      ...vars,
      services: [{ ...web, realServers: [{ name: "far", address: "198.51.100.7" }] }],
    });
    const { tasks, failure, steps } = await lb1().attempt(far);

    expect(tasks[0]).toMatchObject({ task: "lvsDirector/assert one network", state: "failed" });
    expect(failure?.message).toContain("198.51.100.7 is not in that of 192.0.2.10/24");
    expect(steps).toEqual([]);
  });

  test("that is no director is named", () => {
    expect(() => fileOf(role, path, { interfaces }, "db1")).toThrow(/db1, which is not among its directors/);
  });
});

describe("the configuration", () => {
  test("hands packets on as they are, checks from the start, and gives nothing to a server that was not seen well", () => {
    expect(textOf({})).toContain(`virtual_server 192.0.2.200 80 {
  protocol TCP
  lvs_method DR
  lvs_sched wlc
  delay_loop 2
  retry 1
  delay_before_retry 1
  connect_timeout 2
`);
    expect(textOf({})).toMatch(/ {2}warmup 0\n {2}alpha\n\n {2}# web21\n {2}real_server 192\.0\.2\.21 80 \{/);
    expect(textOf({})).not.toMatch(/persistence|inhibit|sync_daemon/);
  });

  test("asks an apiserver for /readyz over TLS", () => {
    const services = [{ ...web, port: 6443, check: { kind: "https" as const } }];
    expect(textOf({ services })).toContain(
      "SSL_GET {\n      url {\n        path /readyz\n        status_code 200\n      }",
    );
  });

  test("holds what a service asks for", () => {
    const services = [
      {
        ...web,
        scheduler: "sh" as const,
        persistenceSeconds: 60,
        onFailure: "quiesce" as const,
        startDown: false,
        check: { kind: "http" as const, path: "/up", status: 204, host: "shop.example" },
        realServers: [{ ...realServers[0]!, weight: 3 }],
      },
      { ...web, port: 443 },
    ];
    const text = textOf({ services });

    expect(text).toMatch(/lvs_sched sh\n {2}persistence_timeout 60\n/);
    expect(text).toMatch(/inhibit_on_failure\n\n {2}# web21\n.*\n {4}weight 3\n {4}HTTP_GET \{/);
    expect(text).toContain("path /up\n        status_code 204\n        virtualhost shop.example");
    expect(text).toContain("virtual_server 192.0.2.200 443 {");
  });

  test("names the interface that has the director's address for the sync daemon", () => {
    expect(textOf({ syncDaemon: {} })).toContain("lvs_sync_daemon ens3 virtual_ip id 1\n");
    expect(textOf({ syncDaemon: { interface: "bond0", instance: "api", id: 7 } })).toContain(
      "lvs_sync_daemon bond0 api id 7\n",
    );
  });
});

const combined = { directors: [directors[0]!, { name: "web21", address: "192.0.2.21" }] };
const guarded = { ...combined, combined: "backup-only" as const, syncDaemon: {} };

describe("refused before any host is touched:", () => {
  test.each<[string, Partial<Vars>, RegExp]>([
    [
      "unequal ports",
      { services: [{ ...web, realServers: [{ ...realServers[0]!, port: 8080 }] }] },
      /realServers\.0\.port.* must be 80, .*nothing translates ports/s,
    ],
    [
      "a virtual address that a real server has",
      { services: [{ ...web, address: "192.0.2.22" }] },
      /192\.0\.2\.22 is to be a virtual address, and is web22's own/,
    ],
    [
      "a virtual address that a director has",
      { services: [{ ...web, address: "192.0.2.12" }] },
      /192\.0\.2\.12 is to be a virtual address, and is lb2's own/,
    ],
    ["one service twice", { services: [web, web] }, /192\.0\.2\.200:80 is there twice/],
    [
      "one server twice",
      { services: [{ ...web, realServers: [realServers[0]!, { ...realServers[0]!, name: "again" }] }] },
      /192\.0\.2\.200:80 has 192\.0\.2\.21 twice/,
    ],
    ["one director twice", { directors: [directors[0]!, directors[0]!] }, /192\.0\.2\.10 is there twice/],
    ["a director alone", { directors: directors.slice(0, 1) }, /one director alone .*singleDirector: true/],
    ["a director that is a real server", combined, /web21 is director and real server at once: .*without end/],
    [
      "such a one without the daemon that the guard goes by",
      { ...combined, combined: "backup-only" },
      /syncDaemon.*is needed with `combined`/s,
    ],
    ["a director beside kube-proxy with ipvs", { kubeProxyMode: "ipvs" }, /kube-proxy in ipvs mode removes/],
    [
      "such a one beside kube-proxy with nftables",
      { ...guarded, kubeProxyMode: "nftables" },
      /kube-proxy in nftables mode removes/,
    ],
    [
      "a path that would end the block",
      { services: [{ ...web, check: { kind: "http", path: "/ }" } }] },
      /check\.path.*must begin with `\/`/s,
    ],
  ])("%s", (_, wrong, message) => {
    expect(() => lvsDirector({ ...vars, ...wrong })).toThrow(message);
  });
});

test("a director that is a real server too balances only while its sync daemon leads", async () => {
  const role = lvsDirector({ ...vars, ...guarded, kubeProxyMode: "iptables" });
  expect(await changeNames(lb1(), role)).toContain("sysctl net.ipv4.vs.backup_only");
  expect(await changeNames(lb1(), lvsDirector(vars))).not.toContain("sysctl net.ipv4.vs.backup_only");
});

test("one director alone is accepted when that is said", () => {
  expect(() => lvsDirector({ ...vars, directors: directors.slice(0, 1), singleDirector: true })).not.toThrow();
});
