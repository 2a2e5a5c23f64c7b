import { listeningPorts, sysctlValue, unitState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
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
