import { interfaces, osRelease, secret } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { networkFiles } from "../../roles/keepalived/networkd.ts";
import { keepalived } from "../../roles/keepalived/role.ts";
import { keepalivedPreflight } from "../../roles/keepalived-preflight/role.ts";
import { changeNames, fileOf, firstLines } from "./plans.ts";

const members = [
  { name: "lb1", address: "192.0.2.11", priority: 110 },
  { name: "lb2", address: "192.0.2.12", priority: 100 },
  { name: "lb3", address: "192.0.2.13", priority: 90 },
];
const vip = { addresses: ["192.0.2.10"], check: { kind: "http" as const, port: 80 } };
const vars = { members, instances: [vip] };
const withVip = (more: object) => keepalived({ ...vars, instances: [{ ...vip, ...more }] });
const role = keepalived(vars);
const path = "/etc/keepalived/keepalived.conf";
const checkPath = "/usr/local/libexec/ts-play/virtual_ip-check";

const networkOf = (address: string, prefix = 24, name = "eth0") => ({
  name,
  mac: undefined,
  addresses: [{ address, prefix, family: 4 as const }],
});

function lb2(addresses = [networkOf("192.0.2.12")]): FakeHost {
  const host = new FakeHost({ name: "lb2", address: "192.0.2.12" });
  host.set(interfaces(), addresses);
  return host;
}

describe("on a host", () => {
  test("a plan of a bare one is complete and in order", async () => {
    expect(firstLines(await lb2().check(role))).toEqual([
      "apt-get install keepalived curl",
      expect.stringMatching(/^useradd .*keepalived_script/),
      expect.stringContaining("mkdir -p -m 00755 /usr/local/libexec/ts-play "),
      expect.stringContaining("mkdir -p -m 00755 /etc/keepalived/conf.d "),
      `write ${checkPath}`,
      "mkdir -p -m 0755 /etc/systemd/system/keepalived.service.d",
      "write /etc/systemd/system/keepalived.service.d/ts-play-restart.conf",
      "systemctl daemon-reload",
      `write ${path}`,
      "systemctl start keepalived.service",
      "write /etc/keepalived/started-with",
    ]);
  });

  test("a second run changes nothing", async () => {
    const host = lb2();
    await host.apply(role);
    expect((await host.apply(role)).steps).toEqual([]);
  });

  test("a new member is a reload on the others, so that the addresses stay where they are", async () => {
    const host = lb2();
    await host.apply(role);
    const more = keepalived({ ...vars, members: [...members, { name: "lb4", address: "192.0.2.14", priority: 80 }] });

    expect(firstLines(await host.apply(more))).toEqual([
      `write ${path}`,
      "systemctl reload-or-restart keepalived.service",
    ]);
  });

  test.each([
    ["router id", { routerId: 77 }],
    ["transport", { transport: "multicast" }],
    ["version", { password: "12345678" }],
  ])("another %s is a restart, because a reload would not take it up", async (_, change) => {
    const host = lb2();
    await host.apply(role);

    expect(firstLines(await host.apply(withVip(change)))).toEqual([
      `write ${path}`,
      "systemctl restart keepalived.service",
      "write /etc/keepalived/started-with",
    ]);
    expect((await host.apply(withVip(change))).steps).toEqual([]);
  });

  test("a watchdog that comes, changes or goes is a restart, because systemd arms it at the start", async () => {
    const host = lb2();
    await host.apply(role);
    for (const watchdogSeconds of [15, 20, undefined]) {
      const steps = firstLines(await host.apply(keepalived({ ...vars, watchdogSeconds })));
      expect(steps).toContain("systemctl restart keepalived.service");
    }
  });

  test("a further instance is a reload, which leaves the first alone", async () => {
    const host = lb2();
    await host.apply(role);
    const two = keepalived({ ...vars, instances: [vip, { name: "other", addresses: ["192.0.2.9"] }] });

    expect(firstLines(await host.apply(two))).toContain("systemctl reload-or-restart keepalived.service");
  });

  test("another check is a new script, read at its next run", async () => {
    const host = lb2();
    await host.apply(role);
    const other = withVip({ check: { kind: "http", port: 81 } });

    expect(await changeNames(host, other)).toEqual([`template ${checkPath}`]);
  });

  test("Red Hat's family is left the curl that it has", async () => {
    const host = lb2();
    host.set(osRelease(), { id: "rocky", version: "9", codename: "", family: "redhat" });
    expect((await host.check(role)).steps.join("\n")).not.toMatch(/install.* curl/);
  });

  test("Red Hat's SELinux policy wants scripts in a folder of their own", () => {
    const { content } = fileOf(role, path, { os: { family: "redhat" } });
    expect(content).toContain('script "/usr/libexec/keepalived/virtual_ip-check"');
  });

  test("a host that is no member is named", () => {
    expect(() => fileOf(role, path, {}, "db1")).toThrow(/db1, which is not among its members/);
  });
});

describe("the configuration", () => {
  const contentOf = (more: object = {}, host = "lb2") => fileOf(withVip(more), path, {}, host).content;

  test("each host speaks from its own address to the others, with its own priority", () => {
    expect(contentOf()).toContain("  priority 100\n  version 3\n  advert_int 1\n");
    expect(contentOf()).toContain(
      "  unicast_src_ip 192.0.2.12\n  unicast_peer {\n    192.0.2.11\n    192.0.2.13\n  }\n",
    );
    expect(contentOf()).toContain("    192.0.2.10/32 dev eth0\n");
  });

  test("all hosts begin as backup, scripts have a user of their own, and nothing makes the address deaf", () => {
    expect(contentOf()).toMatch(/state BACKUP/);
    expect(contentOf()).toMatch(/enable_script_security\n {2}script_user keepalived_script\n/);
    expect(contentOf()).not.toMatch(/vrrp_strict|nopreempt|state MASTER|notify|auth/);
  });

  test("a failed check takes more off the priority than any gap", () => {
    expect(contentOf()).toContain("weight -50\n");
    expect(contentOf()).toContain("track_script {\n    virtual_ip_check\n");
  });

  test("without preemption a failed check lets go of the addresses", () => {
    expect(contentOf({ preempt: false })).toContain("  nopreempt\n");
    expect(contentOf({ preempt: false })).toContain("weight 0\n");
  });

  test("a host that is well again may wait before it takes them back", () => {
    expect(contentOf({ preemptDelaySeconds: 30 })).toContain("  preempt_delay 30\n");
  });

  test("the router id comes from the first address unless one is given", () => {
    expect(contentOf()).toContain("virtual_router_id 10\n");
    expect(contentOf({ routerId: 77 })).toContain("virtual_router_id 77\n");
    expect(contentOf({ addresses: ["192.0.3.0"] })).toContain("virtual_router_id 255\n");
  });

  test("the interface is the one with the default route unless one is named", () => {
    expect(fileOf(role, path, { route: { interface: "ens3" } }).content).toContain("interface ens3\n");
    expect(contentOf({ interface: "bond0" })).toContain("interface bond0\n");
  });

  test("IPv6 addresses go with the IPv4 one, which is what the adverts carry", () => {
    const content = contentOf({ addresses: ["192.0.2.10", "2001:db8::10", "192.0.2.9"] });
    expect(content).toContain("virtual_ipaddress {\n    192.0.2.10/32 dev eth0\n    192.0.2.9/32 dev eth0\n  }\n");
    expect(content).toContain("virtual_ipaddress_excluded {\n    2001:db8::10/128 dev eth0\n  }\n");
  });

  test("multicast names no peers", () => {
    expect(contentOf({ transport: "multicast" })).toContain("  mcast_src_ip 192.0.2.12\n  virtual_ipaddress");
  });

  test("two instances can have their first hosts apart", () => {
    const two = keepalived({
      members,
      instances: [vip, { name: "other", addresses: ["192.0.2.9"], priorities: { lb2: 120 } }],
    });
    const { content } = fileOf(two, path, {}, "lb2");
    expect([...String(content).matchAll(/^ {2}priority (\d+)/gm)].map(([, number]) => number)).toEqual(["100", "120"]);
  });

  test("a password is VRRP version 2, and secret", () => {
    const { content } = fileOf(withVip({ password: secret("s3cret") }), path);
    expect(String(content)).toBe("***");
  });

  test("a hook is told of each change of state", () => {
    const { content } = fileOf(withVip({ notify: { script: "#!/bin/sh\n", user: "root" } }), path);
    expect(content).toContain('  notify "/usr/local/libexec/ts-play/virtual_ip-notify" root\n');
    expect(
      fileOf(withVip({ notify: { script: "#!/bin/sh\n" } }), "/usr/local/libexec/ts-play/virtual_ip-notify"),
    ).toBeDefined();
    expect(contentOf({ notify: { command: "/usr/bin/logger vrrp" } })).toContain(
      'notify "/usr/bin/logger vrrp" keepalived_script\n',
    );
  });

  test("other roles have a place for their parts", () => {
    expect(contentOf()).toMatch(/\ninclude \/etc\/keepalived\/conf\.d\/\*\.conf\n$/);
  });

  test("the new file is tried before it replaces the old one, with the exit codes of its version", () => {
    const tried = String(fileOf(role, path).validate);
    expect(tried).toContain("trap");
    expect(tried).toContain("2.[01].*) base=3");
  });
});

describe("the check", () => {
  const scriptOf = (check: object) => String(fileOf(withVip({ check: { port: 9443, ...check } }), checkPath).content);

  test("asks the host's own balancer by its port, with curl alone", () => {
    expect(scriptOf({ kind: "http", path: "/healthz" })).toContain("'http://127.0.0.1:9443/healthz'");
    expect(scriptOf({ kind: "https" })).toContain(" --insecure 'https://127.0.0.1:9443/'");
    expect(scriptOf({ kind: "https", caFile: "/etc/ssl/ca.pem" })).toContain(" --cacert '/etc/ssl/ca.pem' 'https:");
    expect(scriptOf({ address: "2001:db8::1" })).toContain("'http://[2001:db8::1]:9443/'");
  });

  test("ends before keepalived starts it again, and has time for slow answers", () => {
    const content = String(fileOf(role, path).content);
    expect(content).toMatch(/ {2}interval 2\n {2}timeout 3\n(?: {2}#.*\n)? {2}init_fail\n {2}fall 1\n {2}rise 1\n/);
    expect(scriptOf({})).toContain("end=$((now + 175))");
  });
});

describe("a watchdog", () => {
  const known = { os: { family: "debian" }, route: undefined, interfaces: [], networks: {} };
  const unitOf = (of: typeof role) =>
    of
      .tasks({ name: "lb1", address: "192.0.2.11" }, known)
      .map(({ args }) => args as { dropIn?: string; content: string });
  const dropInOf = (of: typeof role) => unitOf(of).find(({ dropIn }) => dropIn === "ts-play-restart")?.content;
  const checkOf = (of: typeof role) => String(fileOf(of, checkPath).content);

  test("takes the start of a check for the sign of life that keepalived does not give", () => {
    const watched = keepalived({ ...vars, watchdogSeconds: 8 });
    expect(dropInOf(watched)).toContain("WatchdogSec=8\nWatchdogSignal=SIGKILL\nNotifyAccess=all\n");
    expect(checkOf(watched)).toContain("systemd-notify WATCHDOG=1");
  });

  test("is there only where it is wanted", () => {
    expect(dropInOf(role)).toContain("Restart=on-failure");
    expect(dropInOf(role)).not.toMatch(/Watchdog|NotifyAccess/);
    expect(checkOf(role)).not.toContain("notify");
  });
});

describe("what cannot work is an error of the playbook, before any host is touched", () => {
  test.each([
    ["one member", { members: members.slice(0, 1) }, /members.*two hosts or more/],
    [
      "a member that is there twice",
      { members: [...members, { ...members[0]!, address: "192.0.2.99", priority: 1 }] },
      /lb1 is there twice/,
    ],
    [
      "two members with one address",
      { members: [members[0]!, { ...members[1]!, address: "192.0.2.11" }] },
      /same address 192\.0\.2\.11/,
    ],
    ["equal priorities", { members: members.map((member) => ({ ...member, priority: 100 })) }, /same priority 100/],
    [
      "the priority of an address owner",
      { members: [members[0]!, { ...members[1]!, priority: 255 }] },
      /members\.1\.priority/,
    ],
    ["no instance", { instances: [] }, /instances/],
    [
      "a watchdog without a sign of life",
      { instances: [{ addresses: ["192.0.2.10"] }], watchdogSeconds: 8 },
      /watchdogSeconds.*needs an instance with a check/,
    ],
    [
      "a watchdog that is too quick",
      { watchdogSeconds: 4 },
      /watchdogSeconds.*must be at least 5: a check is started every 2 s/,
    ],
    ["two instances of one name", { instances: [vip, { ...vip, addresses: ["192.0.2.9"] }] }, /same name virtual_ip/],
    ["two instances with one address", { instances: [vip, { ...vip, name: "b" }] }, /same address 192\.0\.2\.10/],
    [
      "two instances with one router id on one interface",
      { instances: [vip, { name: "b", addresses: ["192.0.2.9"], routerId: 10 }] },
      /same router id 10 on the default interface/,
    ],
  ])("%s", (_, wrong, message) => {
    expect(() => keepalived({ ...vars, ...wrong })).toThrow(message);
  });

  test("one router id on two interfaces is no clash", () => {
    const other = { name: "b", addresses: ["198.51.100.10"], interface: "eth1", routerId: 10 };
    expect(() => keepalived({ ...vars, instances: [{ ...vip, interface: "eth0" }, other] })).not.toThrow();
  });

  test.each([
    ["a virtual IP that a member has", { addresses: ["192.0.2.12"] }, /own address of a member/],
    ["an address of no network", { addresses: ["127.0.0.9"] }, /no address that a host/],
    ["a group address", { addresses: ["239.1.2.3"] }, /no address that a host/],
    ["IPv6 alone", { addresses: ["2001:db8::10"] }, /first must be IPv4/],
    ["a check that weighs too little to move the address", { check: { port: 80, weight: 20 } }, /greater than 20/],
    ["a check that weighs more than a priority", { check: { port: 80, weight: 90 } }, /less than 90/],
    ["priorities of one instance that defeat the check", { priorities: { lb1: 160 } }, /greater than 70/],
    ["a priority for a stranger", { priorities: { lb9: 10 } }, /lb9: not among the members/],
    [
      "a holder that only lowers itself before backups that do not preempt",
      { preempt: false, check: { port: 80, onFailure: "lower" } },
      /must be release/,
    ],
    ["a delay of what never happens", { preempt: false, preemptDelaySeconds: 3 }, /forbids/],
    ["a long password", { password: "123456789" }, /longer than 8 characters: VRRP would use the first 8 alone/],
    ["a password with quick adverts", { password: "1234", advertIntervalSeconds: 0.3 }, /version 3/],
    ["a path that would end the script", { check: { port: 80, path: "/'; reboot '" } }, /needs no quotes/],
    ["a hook that is two", { notify: { command: "/bin/a", script: "#!/bin/sh" } }, /either a command or a script/],
    ["a router id that is none", { routerId: 256 }, /routerId/],
  ])("%s", (_, wrong, message) => {
    expect(() => withVip(wrong)).toThrow(message);
  });
});

describe("what the host's network cannot carry is refused before anything is changed", () => {
  test.each([
    ["an interface that is not there", [networkOf("192.0.2.12", 24, "ens3")], /no interface eth0/],
    ["another own address", [networkOf("192.0.2.99")], /does not have the member's address 192\.0\.2\.12/],
    ["an address outside of its networks", [networkOf("192.0.2.12", 30)], /192\.0\.2\.10 is in no network of eth0/],
    [
      "an address that the host has for itself",
      [networkOf("192.0.2.12"), networkOf("192.0.2.10", 24, "eth1")],
      /192\.0\.2\.10 is an address of this host \(eth1\)/,
    ],
  ])("%s", async (_, addresses, message) => {
    const run = await lb2(addresses).attempt(role);
    expect(run.failure?.message).toMatch(message);
    expect(run.steps).toEqual([]);
  });

  test("the holder of the address is not told to have it for itself", async () => {
    const both = {
      ...networkOf("192.0.2.12"),
      addresses: [networkOf("192.0.2.12"), networkOf("192.0.2.10", 32)].flatMap((one) => one.addresses),
    };
    expect((await lb2([both]).attempt(role)).failure).toBeUndefined();
  });

  test("a router id that two instances share once interfaces are known", async () => {
    const two = keepalived({
      members,
      instances: [vip, { name: "b", addresses: ["192.0.2.9"], interface: "eth0", routerId: 10 }],
    });
    expect((await lb2().attempt(two)).failure?.message).toMatch(/same router id 10 on eth0/);
  });

  test("by a play of its own, before anything is changed", async () => {
    expect((await lb2().apply(keepalivedPreflight({ of: role }))).steps).toEqual([]);
    const stray = keepalived({ members, instances: [{ ...vip, addresses: ["203.0.113.9"] }] });
    const { steps, failure } = await lb2().attempt(keepalivedPreflight({ of: stray }));
    expect(steps).toEqual([]);
    expect(failure?.message).toMatch(/203\.0\.113\.9 is in no network of eth0/);
  });
});

describe("networkd", () => {
  test("is told to leave the addresses alone where it sets up the interface", async () => {
    const host = lb2();
    host.set(networkFiles(), {
      eth0: "/run/systemd/network/10-netplan-eth0.network",
      eth1: "/etc/systemd/network/a.network",
    });
    const file = "/etc/systemd/network/10-netplan-eth0.network.d/ts-play-keepalived.conf";

    const first = firstLines(await host.apply(role));
    expect(first.slice(first.indexOf(`write ${file}`)).slice(0, 2)).toEqual([`write ${file}`, "networkctl reload"]);
    expect(first.join("\n")).not.toContain("a.network.d");
    expect((await host.apply(role)).steps).toEqual([]);
  });

  test("is left alone where it does not", async () => {
    expect((await changeNames(lb2(), role)).join("\n")).not.toContain("network");
  });

  test.each([
    [
      "a file for each link, by its name",
      "eth0 /run/systemd/network/10-netplan-eth0.network\n",
      { eth0: "/run/systemd/network/10-netplan-eth0.network" },
    ],
    ["nothing where it does not run, as under NetworkManager", "", {}],
  ])("answers with %s", (_, stdout, answer) => {
    expect(networkFiles().kind.parse({ stdout, stderr: "", exitCode: 0 }, [undefined as never])).toEqual([answer]);
  });
});
