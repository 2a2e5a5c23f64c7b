import { describe, expect, test } from "vitest";
import { hostObjections } from "../../../roles/kubernetes/host-fit.ts";
import { type HostIdentity, hostIdentity, identityObjections } from "../../../roles/kubernetes/host-identity.ts";
import { cluster } from "./cluster.ts";

const well = {
  kernel: { release: "6.1.0-18-amd64", cgroupVersion: 2 as const, limitsMemory: true, systemd: true },
  os: { id: "debian", version: "12", codename: "bookworm", family: "debian" as const },
  cpus: 2,
  memory: { totalBytes: 2 * 2 ** 30 },
  ports: [{ address: "0.0.0.0", port: 22, processes: ["sshd"] }],
};
const messages = (seen: Partial<typeof well> | object, of: object = {}, controlPlane = true) =>
  hostObjections({ ...cluster, ...of }, controlPlane, { ...well, ...seen } as typeof well).map(
    ({ message }) => message,
  );
const kernel = (given: object) => ({ kernel: { ...well.kernel, ...given } });
const held = (port: number, ...processes: string[]) => ({ ports: [{ address: "127.0.0.1", port, processes }] });

describe("a host", () => {
  test("that fits has nothing against it", () => expect(messages({})).toEqual([]));
  test.each([
    ["of another family", { os: { ...well.os, id: "alpine", family: "other" } }, {}, "alpine is of neither"],
    ["without systemd", kernel({ systemd: false }), {}, "systemd does not run this host"],
    ["with an old kernel", kernel({ release: "4.18.0-553.el8.x86_64" }), {}, "4.18.0-553.el8.x86_64 is older than 5.4"],
    [
      "with a kernel too old for nftables",
      kernel({ release: "5.10.0" }),
      { proxyMode: "nftables" },
      "too old for kube_proxy_mode",
    ],
    [
      "with control groups of version 1",
      kernel({ cgroupVersion: 1 }),
      { version: "1.35.0" },
      "control groups are of version 1",
    ],
    ["whose kernel limits no memory", kernel({ limitsMemory: false }), {}, "limits no memory"],
    ["with one processor", { cpus: 1 }, {}, "needs 2 processors, and it has 1"],
    ["with little memory", { memory: { totalBytes: 2 ** 30 } }, {}, "1700 MiB of memory, and it has 1024"],
    ["on which something has a port", held(6443, "haproxy"), {}, "haproxy listens on port 6443"],
    ["on which an etcd of others has a port", held(2379, "consul"), {}, "consul listens on port 2379"],
  ])("%s is stopped", (_, seen, of, message) => expect(messages(seen, of)).toEqual([expect.stringContaining(message)]));

  test("is not stopped by what will not matter to it", () => {
    const worker = (seen: object) => messages(seen, {}, false);
    expect(worker({ cpus: 1, memory: { totalBytes: 2 ** 30 } })).toEqual([]);
    expect(worker(held(6443, "haproxy"))).toEqual([]);
    expect(messages(kernel({ release: "4.19.0" }), { version: "1.33.1" })).toEqual([]);
    expect(messages(kernel({ cgroupVersion: 1 }))).toEqual([]);
    expect(messages(kernel({ cgroupVersion: 1 }), { version: "1.35.0", kubelet: { failCgroupV1: false } })).toEqual([]);
    expect(messages(held(2379, "etcd"), { etcd: { endpoints: ["https://192.0.2.41:2379"] } })).toEqual([]);
    expect(messages(held(10250, "kubelet"))).toEqual([]);
  });
});

describe("an identity", () => {
  const identity = (n: number, given: Partial<HostIdentity> = {}): HostIdentity => ({
    machineId: `machine${n}`,
    productUuid: `${n}-uuid`,
    mac: `02:00:00:00:00:0${n}`,
    aheadMs: 100 * n,
    ...given,
  });
  const seen = (second: Partial<HostIdentity>, third?: HostIdentity) =>
    [identity(1), identity(2, second), third ?? identity(3)].map((answer, i) => ({
      host: { name: `h${i + 1}`, address: `192.0.2.${i + 1}` },
      answer,
    }));
  const objections = (name: string, all: Parameters<typeof identityObjections>[1]) =>
    identityObjections(name, all).map(({ message }) => message);

  test("of its own has nothing against it", () => expect(objections("h2", seen({}))).toEqual([]));
  test("of a copied disk is told to both, and to nobody else", () => {
    const all = seen({ machineId: "machine1" });
    expect(objections("h1", all)).toEqual(["the same machine-id as h2: machine1"]);
    expect(objections("h2", all)).toEqual(["the same machine-id as h1: machine1"]);
    expect(objections("h3", all)).toEqual([]);
  });
  test("of firmware and of a network card is compared, unless there is none", () => {
    expect(objections("h1", seen({ mac: identity(1).mac }))[0]).toContain("the same MAC address as h2");
    expect(objections("h1", seen({ productUuid: "1-uuid" }))[0]).toContain("the same firmware UUID as h2");
    const none = "00000000-0000-0000-0000-000000000000";
    expect(objections("h3", seen({ productUuid: none }, identity(3, { productUuid: none })))).toEqual([]);
    expect(objections("h3", seen({ productUuid: "" }, identity(3, { productUuid: "" })))).toEqual([]);
  });
  test("with another time is stopped, and the others are not", () => {
    const all = seen({ aheadMs: -61_000 });
    expect(objections("h2", all)).toEqual(["its clock is 61.1 s behind those of the other hosts"]);
    expect(objections("h1", all)).toEqual([]);
  });
  test("of a host that cannot be asked stands in nobody's way", () => {
    const all = [...seen({}), { host: { name: "h4", address: "192.0.2.4" }, answer: undefined }];
    expect(objections("h1", all)).toEqual([]);
    expect(objections("h4", all)).toEqual([]);
  });
  test("is read from what the host says", () => {
    const ahead = Date.now() + 60_000;
    const stdout = `0123456789abcdef0123456789abcdef\n4C4C4544-0042\n02:00:00:00:00:01\n${ahead}\n`;
    const [answer] = hostIdentity(undefined).kind.parse({ stdout, stderr: "", exitCode: 0 }, [undefined as never]);
    expect(answer).toMatchObject({ productUuid: "4c4c4544-0042", mac: "02:00:00:00:00:01" });
    expect(answer!.aheadMs).toBeGreaterThan(50_000);
  });
});
