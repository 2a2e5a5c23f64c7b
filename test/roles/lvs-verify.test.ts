import { listeningPorts, sysctlValue, unitState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { type AddressView, holderObjection, parseView } from "../../roles/lvs/address-gate.ts";
import { ipvsTable, parseTable } from "../../roles/lvs/ipvs-table.ts";
import { loopback } from "../../roles/lvs/loopback-addresses.ts";
import { lvsVerify } from "../../roles/lvs/role.ts";

const vip = "10.0.0.40";
const services = [
  {
    address: vip,
    port: 6443,
    realServers: [
      { name: "cp1", address: "10.0.0.11" },
      { name: "cp2", address: "10.0.0.12", weight: 2 },
    ],
  },
];
const directors = [
  { name: "lb1", address: "10.0.0.21" },
  { name: "lb2", address: "10.0.0.22" },
];
const role = lvsVerify({ services, directors });

const good = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.0.0.40:6443 wlc
  -> 10.0.0.11:6443               Route   1      3          0         
  -> 10.0.0.12:6443               Route   2      0          12        
`;

describe("a director", () => {
  const look = async (table: string) => {
    const host = new FakeHost({ name: "lb1", address: "10.0.0.21" });
    host.set(unitState("keepalived"), { ...unitState.bare("keepalived"), active: "active" });
    host.set(ipvsTable(), parseTable(table));
    return (await host.attempt(role)).failure?.message;
  };

  test("whose table is as wanted passes", async () => {
    expect(await look(good)).toBeUndefined();
  });

  test.each([
    ["a server that is gone", good.replace(/ {2}-> 10\.0\.0\.11.*\n/, ""), "cp1 (10.0.0.11:6443) gets nothing"],
    [
      "a server that is quiesced",
      good.replace("Route   1", "Route   0"),
      "cp1 (10.0.0.11:6443) gets no new connections",
    ],
    ["another weight", good.replace("Route   2", "Route   5"), "cp2 (10.0.0.12:6443) has weight 5 instead of 2"],
    ["another scheduler", good.replace("wlc", "rr"), "10.0.0.40:6443 has the scheduler rr instead of wlc"],
    ["persistence", good.replace("wlc", "wlc persistent 360"), "10.0.0.40:6443 keeps clients for 360 s instead of 0"],
    ["another way", good.replace("Route   1", "Masq    1"), "cp1 (10.0.0.11:6443) is reached by Masq instead of Route"],
    ["a stranger", good.replace("10.0.0.12", "10.0.0.99"), "goes to 10.0.0.99:6443 as well"],
    ["another service", `${good}TCP  10.0.0.41:80 wlc\n`, "10.0.0.41:80 is in the table, and nobody wants it"],
    ["an empty table", good.slice(0, good.indexOf("TCP")), "10.0.0.40:6443 is not in the table"],
  ])("%s is named", async (_, table, message) => {
    expect(await look(table)).toContain(message);
  });

  test("without keepalived, or without a table, is named", async () => {
    const host = new FakeHost({ name: "lb1", address: "10.0.0.21" });
    expect((await host.attempt(role)).failure?.message).toContain("keepalived is inactive");
    host.set(unitState("keepalived"), { ...unitState.bare("keepalived"), active: "active" });
    expect((await host.attempt(role)).failure?.message).toContain("the kernel's table cannot be read");
  });
});

describe("a real server", () => {
  const well = () => {
    const host = new FakeHost({ name: "cp1", address: "10.0.0.11" });
    host.set(loopback(), { carried: [{ address: vip, prefix: 32, label: "lo:lvs" }], enabled: [vip] });
    host.set(sysctlValue("net.ipv4.conf.all.arp_ignore"), "1");
    host.set(sysctlValue("net.ipv4.conf.all.arp_announce"), "2");
    host.set(listeningPorts(), [{ protocol: "tcp", address: "::", port: 6443 }]);
    return host;
  };

  test("that is as wanted passes, and is only looked at", async () => {
    expect(await well().attempt(role)).toMatchObject({ state: "done", steps: [] });
  });

  test.each<[string, (host: FakeHost) => void, string]>([
    ["no address", (host) => host.set(loopback(), { carried: [], enabled: [vip] }), `${vip} is not on lo`],
    [
      "a wide mask",
      (host) => host.set(loopback(), { carried: [{ address: vip, prefix: 24, label: "lo" }], enabled: [vip] }),
      `${vip} is on lo with /24 instead of /32`,
    ],
    [
      "an address that a boot takes away",
      (host) => host.set(loopback(), { carried: [{ address: vip, prefix: 32, label: "lo" }], enabled: [] }),
      `${vip} will not be on lo after a boot`,
    ],
    [
      "ARP answers",
      (host) => host.set(sysctlValue("net.ipv4.conf.all.arp_ignore"), "0"),
      "net.ipv4.conf.all.arp_ignore is 0",
    ],
    [
      "a service that listens on its own address alone",
      (host) => host.set(listeningPorts(), [{ protocol: "tcp", address: "10.0.0.11", port: 6443 }]),
      `port 6443 is listened to on 10.0.0.11 only, and not on ${vip}`,
    ],
    ["no service", (host) => host.set(listeningPorts(), []), "nobody listens on port 6443"],
  ])("%s is named", async (_, spoil, message) => {
    const host = well();
    spoil(host);
    expect((await host.attempt(role)).failure?.message).toContain(message);
  });
});

describe("who has the address", () => {
  const mac = (n: number) => `02:00:00:00:00:0${n}`;
  const view = (n: number, more: Partial<AddressView> = {}): AddressView => ({
    holds: false,
    onLoopback: false,
    macs: [mac(n)],
    answers: undefined,
    ...more,
  });
  const seen = (views: Readonly<Record<string, AddressView | undefined>>) =>
    Object.entries(views).map(([name, answer]) => ({ host: { name, address: "10.0.0.1" }, answer }));
  const holder = view(1, { holds: true });

  test("one holder who alone answers is right", () => {
    const asking = view(2, { answers: [mac(1)] });
    expect(
      holderObjection(vip, seen({ lb1: holder, lb2: asking, cp1: view(3, { onLoopback: true }) })),
    ).toBeUndefined();
  });

  test.each([
    ["nobody", { lb1: view(1), lb2: view(2) }, "nobody holds it"],
    ["two", { lb1: holder, lb2: view(2, { holds: true }) }, "lb1 and lb2 hold it at once"],
    ["a host that is not reached", { lb1: holder, lb2: undefined }, "lb2 could not be asked"],
    [
      "a real server that answers",
      { lb1: holder, lb2: view(2, { answers: [mac(1), mac(3)] }), cp1: view(3) },
      `cp1 (${mac(3)}) answers for it, and lb1 holds it`,
    ],
    ["a stranger", { lb1: holder, lb2: view(2, { answers: [mac(9)] }) }, `a stranger (${mac(9)}) answers for it`],
    ["silence", { lb1: holder, lb2: view(2, { answers: [] }) }, `lb1 holds ${vip}, and does not answer for it to lb2`],
  ])("%s is named", (_, views, message) => {
    expect(holderObjection(vip, seen(views))).toContain(message);
  });

  test("answers are read as iproute2 and arping print them", () => {
    const text = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: host0    inet 10.0.0.22/24 scope global host0\\       valid_lft forever preferred_lft forever
mac 02:00:00:00:00:02
mac 00:00:00:00:00:00
asked
ARPING 10.0.0.40 from 10.0.0.22 host0
Unicast reply from 10.0.0.40 [E6:F9:0B:64:0F:F6]  0.557ms
Unicast reply from 10.0.0.40 [E6:F9:0B:64:0F:F6]  0.601ms
Sent 3 probes (1 broadcast(s))
`;
    expect(parseView(text, vip)).toEqual({
      holds: false,
      onLoopback: false,
      macs: ["02:00:00:00:00:02"],
      answers: ["e6:f9:0b:64:0f:f6"],
    });
    expect(parseView("2: host0    inet 10.0.0.40/32 scope global host0\\ \nmac 02:00:00:00:00:01\n", vip)).toEqual({
      holds: true,
      onLoopback: false,
      macs: ["02:00:00:00:00:01"],
      answers: undefined,
    });
  });
});
