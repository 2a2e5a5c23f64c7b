import { describe, expect, test } from "vitest";
import { useProject } from "./keepalived/project.ts";
import { useLab } from "./lab-fixture.ts";
import { changed } from "./run-program.ts";
import { startWatch } from "./watch-service.ts";

const HOSTS = ["ka1", "ka2", "ka3"];
const CONFIG = "/etc/keepalived/keepalived.conf";
const settled = { timeout: 60_000, interval: 500 };
/** Checks that nothing but the test itself makes fail on a busy machine. */
const patient = { check: { kind: "http", port: 80, timeoutSeconds: 3 } };
const lab = useLab({ name: "keepaliv", hosts: HOSTS });
const { on, play, holders } = useProject(lab, HOSTS);

const held = (by: string) => expect.poll(holders, settled).toEqual([by]);

/** Longest time without an answer, ms, while this host's part breaks and the address goes elsewhere. */
async function outage(host: string, breaks: string): Promise<number> {
  const watch = startWatch(`http://${lab().virtualAddress}/`);
  try {
    await on(host, breaks);
    await expect.poll(async () => (await holders()).includes(host), settled).toBe(false);
    await expect.poll(async () => (await holders()).length, settled).toBe(1);
  } finally {
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return (await watch.stop()).longestGapMs;
}

describe("with the defaults", () => {
  test("a check names what the run then does, and a second run changes nothing", async () => {
    const plan = await play({}, "--check");
    expect(plan.exitCode, plan.text).toBe(0);
    const run = await play({});
    expect(run.exitCode, run.text).toBe(0);
    expect(changed(run)).toEqual(changed(plan));
    expect(changed(await play({}))).toEqual([]);
  });

  test("exactly one host holds the address, the one of the highest priority, and the look finds nothing wrong", async () => {
    await held("ka1");
    const found = async () => {
      const look = await play({ look: true });
      return look.exitCode === 0 ? changed(look) : look.text;
    };
    await expect.poll(found, settled).toEqual([]);
  });

  test("checks run as a user that may do nothing, and keepalived has nothing to say against them", async () => {
    const users = async () => await on("ka2", "ps -eo user:30,args | grep '[/]virtual_ip-check' || true");
    await expect.poll(users, settled).toMatch(/^keepalived_script\s/);
    expect(await on("ka2", "id -u keepalived_script; getent passwd keepalived_script")).toMatch(
      /^[1-9]\d*\n.*nologin$/m,
    );
    expect(await on("ka2", "journalctl -u keepalived --no-pager")).not.toMatch(
      /SECURITY|violation|not executable|root/i,
    );
  });

  test("the service that is stopped on the holder, and the holder that loses its keepalived, are replaced within 5 s", async () => {
    expect(await outage("ka1", "systemctl stop nginx")).toBeLessThan(5000);
    await held("ka2");
    await on("ka1", "systemctl start nginx");
    await held("ka1");
    expect(await outage("ka1", "systemctl stop keepalived")).toBeLessThan(5000);
    await on("ka1", "systemctl start keepalived");
    await held("ka1");
  });

  test("a reload keeps the state of the holder", async () => {
    const cursor = await on(
      "ka1",
      "journalctl --sync; journalctl -u keepalived -n 1 -o export | sed -n s/^__CURSOR=//p",
    );
    const run = await play({ more: { check: { kind: "http", port: 80, weight: 60 } } });
    expect(changed(run)).toEqual(
      HOSTS.flatMap((host) => [
        `${host} keepalived/service keepalived.service`,
        `${host} keepalived/template ${CONFIG}`,
      ]),
    );
    expect(run.text).toContain("systemctl reload-or-restart keepalived.service");
    const said = () => on("ka1", `journalctl -u keepalived --after-cursor '${cursor.trim()}' --no-pager`);
    // keepalived reads its file some time after it was told to.
    await expect.poll(said, settled).toContain("Reload complete");
    expect(await said()).not.toMatch(/Entering|Stopped/);
    expect(await holders()).toEqual(["ka1"]);
    await play({});
  });

  test("what is edited by hand, a second holder and a check that fails are named by the look", async () => {
    await on("ka2", `echo '# by hand' >>${CONFIG}; systemctl stop nginx`);
    const look = await play({ look: true });
    expect(look.exitCode).toBe(3);
    expect(look.text).toContain(`template ${CONFIG} is not as it should be: content differs`);
    expect(look.text).toContain("virtual_ip-check fails");
    await on("ka2", `systemctl start nginx; ip address add ${lab().virtualAddress}/32 dev host0`);
    expect((await play({ look: true })).text).toContain(`ka1 and ka2 hold ${lab().virtualAddress} at the same time`);
    await on("ka2", `ip address delete ${lab().virtualAddress}/32 dev host0`);
    expect(changed(await play({}, "--role", "keepalived", "--limit", "ka2"))).toEqual([
      "ka2 keepalived/service keepalived.service",
      `ka2 keepalived/template ${CONFIG}`,
    ]);
  });
});

describe("what is refused", () => {
  const running = () => on("ka1", `sha256sum ${CONFIG}; systemctl show -P MainPID keepalived`);

  test("an error that keepalived would run with, found by its own test, leaves the old file and the daemon", async () => {
    const old = await running();
    await on("ka1", "echo 'unheard_of 1' >/etc/keepalived/conf.d/broken.conf");
    const run = await play({ more: { preemptDelaySeconds: 5 } }, "--limit", "ka1");
    await on("ka1", "rm /etc/keepalived/conf.d/broken.conf");
    expect(run.exitCode).toBe(3);
    expect(run.text).toMatch(/keepalived 2\.2\.7: it would run, with the errors above \(exit code 5\)/);
    expect(await running()).toBe(old);
  });

  test("an address of another network, before anything is changed", async () => {
    const old = await running();
    const run = await play({ virtual_ip: "192.0.2.10" }, "--limit", "ka1");
    expect(run.exitCode).toBe(3);
    expect(run.text).toContain("192.0.2.10 is in no network of host0");
    expect(changed(run)).toEqual([]);
    expect(await running()).toBe(old);
  });

  test("what no host could make work, before any host is asked", async () => {
    const run = await play({ more: { preempt: false, check: { port: 80, onFailure: "lower" } } });
    expect(run.exitCode).toBe(1);
    expect(run.text).toContain("must be release with `preempt: false`");
  });
});

describe("systemd-networkd", () => {
  const NETWORK = "/etc/systemd/network/10-host0.network";
  /** Says `lost` each time that the address is not there, while a command has its effect. */
  const watched = (command: string) =>
    `i=0; while [ $i -lt 150 ]; do i=$((i + 1)); ip -o address show to ${lab().virtualAddress} | grep -q . || echo lost; sleep 0.02; done & ${command}; wait`;
  /** Says `lost` once the address is not there after a command. */
  const untilLost = (command: string) =>
    `timeout 60 sh -c 'while ip -o address show to ${lab().virtualAddress} | grep -q .; do sleep 0.02; done; echo lost' & ${command}; wait`;

  test("leaves the address alone when it restarts and when it sets up the interface anew", async () => {
    expect((await play({ more: patient })).exitCode).toBe(0);
    const { address } = lab().hosts[0]!;
    const gateway = address.replace(/\d+$/, "1");
    const text = `[Match]\\nName=host0\\n[Network]\\nIPv6AcceptRA=no\\nAddress=${address}/24\\nGateway=${gateway}\\n`;
    await on("ka1", `printf '${text}' >${NETWORK}; systemctl start systemd-networkd`);
    await expect.poll(() => on("ka1", "networkctl status host0 --no-pager"), settled).toContain("(configured)");
    await held("ka1");
    // What the role is there for: without it the address goes.
    expect(await on("ka1", untilLost("networkctl reconfigure host0"))).toContain("lost");
    await held("ka1");

    const run = await play({ more: patient }, "--limit", "ka1");
    expect(changed(run)).toContain(`ka1 keepalived/file ${NETWORK}.d/ts-play-keepalived.conf`);
    await held("ka1");
    for (const command of [
      "systemctl restart systemd-networkd",
      "networkctl reconfigure host0",
      `echo >>${NETWORK}; networkctl reload`,
    ]) {
      expect([command, await on("ka1", watched(command))]).toEqual([command, ""]);
    }
    expect(changed(await play({ more: patient }))).toEqual([]);
    await on("ka1", `systemctl stop systemd-networkd.socket systemd-networkd; rm -r ${NETWORK} ${NETWORK}.d`);
  });
});

describe("with other settings", () => {
  test("without preemption the address stays where it went, and still leaves a host whose check fails", async () => {
    const more = { ...patient, preempt: false };
    // Where it is now it stays.
    await held("ka1");
    expect((await play({ more })).exitCode).toBe(0);
    await held("ka1");
    expect(await outage("ka1", "systemctl stop nginx")).toBeLessThan(5000);
    const [next] = await holders();
    await on("ka1", "systemctl start nginx");
    const last = () => on("ka1", "journalctl -u keepalived --no-pager | grep Entering | tail -n 1");
    await expect.poll(last, settled).toContain("Entering BACKUP STATE");
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(await holders()).toEqual([next]);
    await outage(next!, "systemctl stop nginx");
    await on(next!, "systemctl start nginx");
  });

  test("with quick adverts the address moves within 1.5 s", async () => {
    const more = { advertIntervalSeconds: 0.2 };
    expect((await play({ more })).exitCode).toBe(0);
    await held("ka1");
    const gaps: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      gaps.push(await outage("ka1", "systemctl stop nginx"));
      await on("ka1", "systemctl start nginx");
      await held("ka1");
    }
    // A machine that is busy with other tests can hold up one round.
    expect(gaps.toSorted((a, b) => a - b)[1], String(gaps)).toBeLessThan(1500);
  });

  test("a keepalived that is frozen is killed, lets go of the address, and comes back", async () => {
    // On a busy machine checks start late, and everything else as well.
    const slowly = { timeout: 90_000, interval: 500 };
    const run = await play({ watchdogSeconds: 15 });
    expect(run.exitCode, run.text).toBe(0);
    await expect.poll(holders, slowly).toEqual(["ka1"]);
    const restarts = async () => Number(await on("ka1", "systemctl show -P NRestarts keepalived"));
    const before = await restarts();
    await on("ka1", "systemctl kill --signal=STOP keepalived");
    await expect.poll(holders, slowly).toContain("ka2");
    await expect.poll(restarts, slowly).toBeGreaterThan(before);
    await expect.poll(holders, slowly).toEqual(["ka1"]);
    expect(await on("ka1", "journalctl -u keepalived --no-pager")).toContain("Watchdog timeout (limit 15s)");
  });

  test("multicast and IPv6 work, and the hook is told of each state", async () => {
    const more = {
      transport: "multicast",
      addresses: [lab().virtualAddress, "fe80::5054:ff:fe00:c8"],
      notify: { script: '#!/bin/sh\nsleep 0.3\necho "$2 $3" >>/run/vip-states\n', user: "root" },
    };
    for (const host of HOSTS.slice(1)) await on(host, "systemctl stop keepalived");
    expect((await play({ more })).exitCode).toBe(0);
    await held("ka1");
    await expect
      .poll(() => on("ka1", "ip -6 -o address show dev host0"), settled)
      .toContain("fe80::5054:ff:fe00:c8/128");
    await expect.poll(() => on("ka1", "cat /run/vip-states"), settled).toContain("virtual_ip MASTER");
    expect(await outage("ka1", "systemctl stop keepalived")).toBeLessThan(5000);
    await held("ka2");
    expect(await on("ka1", "cat /run/vip-states")).toContain("virtual_ip STOP");
  });
});
