import { sysctlValue } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { loopback } from "../../roles/lvs/loopback-addresses.ts";
import { lvsRealServer } from "../../roles/lvs/role.ts";
import { firstLines } from "./plans.ts";

const vip = "192.0.2.200";
const role = lvsRealServer({ addresses: [vip], directors: ["192.0.2.11", "192.0.2.12"] });
const host = () => new FakeHost({ name: "web1", address: "192.0.2.10" });
const unit = `ts-play-lvs-address@${vip}.service`;
const ours = { address: vip, prefix: 32, label: "lo:lvs" };

test("the address comes last, when the host has learnt to keep silent about it", async () => {
  const lines = firstLines(await host().apply(role));

  expect(lines.filter((line) => !/sysctl\.d/.test(line))).toEqual([
    "printf '%s\\n' 1 >/proc/sys/net/ipv4/conf/all/arp_ignore",
    "printf '%s\\n' 2 >/proc/sys/net/ipv4/conf/all/arp_announce",
    "printf '%s\\n' 1 >/proc/sys/net/ipv4/conf/lo/arp_ignore",
    "printf '%s\\n' 2 >/proc/sys/net/ipv4/conf/lo/arp_announce",
    "write /etc/systemd/system/ts-play-lvs-address@.service",
    "systemctl daemon-reload",
    `systemctl enable ${unit}`,
    `systemctl restart ${unit}`,
  ]);
  expect(lines.join("\n")).not.toMatch(/network/i);
});

test("a second run changes nothing", async () => {
  const one = host();
  await one.apply(role);
  expect((await one.apply(role)).steps).toEqual([]);
});

test("an address that somebody took away is brought back", async () => {
  const one = host();
  await one.apply(role);
  one.set(loopback(), { carried: [], enabled: [vip] });
  expect(firstLines(await one.apply(role))).toEqual([`systemctl restart ${unit}`]);
});

test("an ARP setting that drifted is put right, and nothing else", async () => {
  const one = host();
  await one.apply(role);
  one.set(sysctlValue("net.ipv4.conf.all.arp_ignore"), "0");
  expect(firstLines(await one.apply(role))).toEqual(["printf '%s\\n' 1 >/proc/sys/net/ipv4/conf/all/arp_ignore"]);
});

test("with a wider mask it would hide a network, so it is narrowed", async () => {
  const one = host();
  await one.apply(role);
  one.set(loopback(), { carried: [{ ...ours, prefix: 24 }], enabled: [vip] });
  expect(firstLines(await one.apply(role))).toEqual([
    `ip address delete ${vip}/24 dev lo`,
    `systemctl restart ${unit}`,
  ]);
});

describe("what is wanted no more", () => {
  const other = { address: "192.0.2.9", prefix: 32, label: "lo" };

  test("goes, and addresses of others stay", async () => {
    const one = host();
    await one.apply(role);
    one.set(loopback(), { carried: [ours, other], enabled: [vip] });
    const moved = lvsRealServer({ addresses: ["192.0.2.201"] });

    const lines = firstLines(await one.apply(moved));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain(`systemctl disable --now ${unit}`);
    expect(lines.join("\n")).not.toContain("192.0.2.9 ");
    expect((await one.apply(moved)).steps).toEqual([]);
  });

  test("goes with its unit when the host is no real server any more", async () => {
    const one = host();
    await one.apply(role);
    const none = lvsRealServer({ addresses: [] });

    const lines = firstLines(await one.apply(none));
    expect(lines[0]).toContain(`systemctl disable --now ${unit}`);
    expect(lines.slice(1)).toEqual([
      "remove /etc/systemd/system/ts-play-lvs-address@.service",
      "systemctl daemon-reload",
    ]);
    expect((await one.apply(none)).steps).toEqual([]);
  });

  test("is nothing on a host that never was one", async () => {
    expect((await host().apply(lvsRealServer({ addresses: [] }))).steps).toEqual([]);
  });
});

describe("refused before anything is changed:", () => {
  test.each([
    [
      "directors in another network",
      { addresses: [vip], directors: ["198.51.100.1"] },
      /198\.51\.100\.1 is not in that of/,
    ],
    ["the host's own address", { addresses: ["192.0.2.10"] }, /192\.0\.2\.10 is to be a virtual address/],
  ])("%s", async (_, vars, message) => {
    const { failure, steps } = await host().attempt(lvsRealServer(vars));
    expect(failure?.message).toMatch(message);
    expect(steps).toEqual([]);
  });

  test("a host whose interfaces do not have its address", async () => {
    const elsewhere = new FakeHost({ name: "web1", address: "203.0.113.5" });
    expect((await elsewhere.attempt(role)).failure?.message).toMatch(
      /203\.0\.113\.5 is on none of the host's interfaces/,
    );
  });
});

test("lo is read as iproute2 prints it", () => {
  const stdout = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
1: lo    inet 10.87.144.200/32 scope host lo:lvs\\       valid_lft forever preferred_lft forever
1: lo    inet 10.8.8.8/30 scope global lo\\       valid_lft forever preferred_lft forever
/etc/systemd/system/multi-user.target.wants/ts-play-lvs-address@10.87.144.200.service
`;
  expect(loopback.parse({ stdout, stderr: "", exitCode: 0 }, [undefined])).toEqual([
    {
      carried: [
        { address: "10.87.144.200", prefix: 32, label: "lo:lvs" },
        { address: "10.8.8.8", prefix: 30, label: "lo" },
      ],
      enabled: ["10.87.144.200"],
    },
  ]);
});
