import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Group } from "ts-play";
import { afterAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { clusterGroups, clusterInventoryVars } from "../../../roles/kubernetes/inventory.ts";
import { inventoryObjections } from "../../../roles/kubernetes/inventory-objections.ts";
import { siteOf } from "./cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "objections-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Counts = Parameters<typeof siteOf>[0];
interface Given {
  readonly counts?: Counts;
  readonly vars?: object;
  /** Other hosts for a group. */
  readonly groups?: Readonly<Record<string, readonly { name: string; address: string; priority?: number }[]>>;
}

const told = ({ counts = {}, vars = {}, groups = {} }: Given) => {
  const site = siteOf(counts, vars);
  const others = Object.entries(groups).map(([name, hosts]) => [name, new Group(name, hosts)]);
  return inventoryObjections({ ...site, groups: { ...site.groups, ...Object.fromEntries(others) } });
};
const messages = (given: Given) => told(given).map(({ message }) => message);
const worker = (name: string, address = "192.0.2.21") => ({ groups: { workers: [{ name, address }] } });

describe("hosts", () => {
  test.each(["W1", "w_1", "w1-", "w1..x", "w1.-x", "w".repeat(64)])("cannot be called %s", (name) => {
    expect(told(worker(name))).toMatchObject([{ message: `${name} cannot be the name of a node`, host: name }]);
  });
  test("may be called by a domain", () => expect(messages(worker("w1.example.com"))).toEqual([]));
  test.each(["127.0.1.1", "0.0.0.0", "169.254.1.1", "224.0.0.5"])("cannot be at %s", (address) => {
    expect(told(worker("w1", address))).toMatchObject([{ message: expect.stringContaining(address), host: "w1" }]);
  });
  test("have an address each", () =>
    expect(told(worker("w1", "192.0.2.12"))).toMatchObject([
      { message: "ma2 and w1 have the same address 192.0.2.12", host: "w1" },
    ]));
  test("are a control plane or a worker", () =>
    expect(messages(worker("ma1", "192.0.2.11"))).toEqual([
      "ma1 is in masters and in workers, and a node is one of them",
    ]));
  test("speak the language of their services", () => {
    expect(told(worker("w1", "2001:db8::21"))).toMatchObject([
      { message: expect.stringContaining("services have addresses of IPv4"), host: "w1" },
    ]);
  });
  test("of IPv6 are a cluster, where others balance", () => {
    const six = {
      kube_pod_subnet: "fd00:1::/56",
      kube_service_subnet: "fd00:2::/112",
      kube_network: { kind: "manifest", file: join(folder, "network.yaml") },
      virtual_ip: "2001:db8::200",
    };
    writeFileSync(join(folder, "network.yaml"), "{}\n");
    const masters = [1, 2, 3].map((n) => ({ name: `ma${n}`, address: `2001:db8::1${n}` }));
    const given = (vars: object) => ({ counts: { workers: 0 }, groups: { masters }, vars: { ...six, ...vars } });
    expect(messages(given({ kube_balancer: "external" }))).toEqual([]);
    expect(messages(given({}))[0]).toContain("addresses float and are balanced by IPv4");
    expect(messages(given({ kube_balancer: "external", kube_network: { kind: "flannel" } }))[0]).toContain(
      "flannel carries pods of IPv4 here",
    );
  });
  test("there must be one that is a control plane", () =>
    expect(messages({ counts: { masters: 0 } })).toEqual(["there is no control plane"]));
});

describe("the endpoint", () => {
  const vars = (given: object, counts: Counts = {}) => messages({ vars: given, counts });
  test.each([
    ["192.0.2.200", "kube_endpoint is the address 192.0.2.200, and the address is virtual_ip"],
    ["localhost", "kube_endpoint is localhost, which every host is to itself"],
    ["ma2", "kube_endpoint is the name of the host ma2"],
  ])("is not called %s", (kube_endpoint, message) => expect(vars({ kube_endpoint })).toEqual([message]));
  test.each([
    [10250, "the kubelet's"],
    [2379, "etcd's"],
    [31000, "NodePort"],
  ])("is not at port %i of a node", (kube_endpoint_port, owner) => {
    expect(vars({ kube_endpoint_port })[0]).toContain(owner);
    expect(vars({ kube_endpoint_port }, { balancers: 2 })).toEqual([]);
  });
  test("is not at the apiservers' port of control planes that the group balancers names", () => {
    const balancers = [11, 12].map((n) => ({ name: `ma${n - 10}`, address: `192.0.2.${n}` }));
    expect(messages({ groups: { balancers } })[0]).toContain("port 6443 of ma1, which is the apiserver's");
    expect(messages({ groups: { balancers }, vars: { kube_endpoint_port: 8443 } })).toEqual([]);
  });
  test("is the apiserver's port where nobody balances", () =>
    expect(vars({ kube_balancer: "none", kube_endpoint_port: 8443 }, { masters: 1 })[0]).toContain(
      "nobody listens on port 8443",
    ));
  test.each(["127.0.0.9", "224.0.0.5", "0.0.0.0"])("is not at the address %s, whoever balances", (virtual_ip) => {
    for (const kube_balancer of ["keepalived", "external"])
      expect(vars({ virtual_ip, kube_balancer })).toEqual([
        `virtual_ip ${virtual_ip} is no address that nodes can call`,
      ]);
  });
  test("does not float between hosts of one priority, or of too different ones", () => {
    const balancers = (...priorities: number[]) => ({
      balancers: priorities.map((priority, i) => ({ name: `lb${i}`, address: `192.0.2.3${i}`, priority })),
    });
    expect(told({ groups: balancers(100, 100) })).toMatchObject([
      { message: "two members have the same priority 100", group: "balancers" },
    ]);
    expect(messages({ groups: balancers(200, 100) })).toEqual([
      "a host whose check fails loses 50 of its priority, and would have none left, or still outrank another",
    ]);
    expect(messages({ groups: balancers(100, 90) })).toEqual([]);
  });
  test("has a holder that the inventory chooses, also among control planes", () =>
    expect(clusterGroups.masters.parse({ priority: 120 })).toMatchObject({ priority: 120 }));
  test("is not balanced by LVS on nodes", () => {
    const balancers = [1, 2].map((n) => ({ name: `wo${n}`, address: `192.0.2.2${n}` }));
    expect(messages({ groups: { balancers }, vars: { kube_balancer: "lvs" } })[0]).toContain("wo1 is a node");
  });
});

describe("subnets", () => {
  test.each([
    [{ kube_service_subnet: "11.0.0.0/8" }, "too large"],
    [{ kube_service_subnet: "10.96.0.0/29" }, "too small"],
    [{ kube_pod_subnet: "10.244.0.0/25" }, "has room for 0 nodes"],
    [{ kube_pod_subnet: "10.244.0.0/23" }, "has room for 2 nodes"],
    [{ kube_pod_subnet: "11.0.0.0/7" }, "is too large"],
    [{ kube_pod_subnet: "fd00:1::/56" }, "pods have addresses of IPv6"],
  ])("as %j are refused", (vars, words) => {
    expect(messages({ vars }).some((message) => message.includes(words))).toBe(true);
  });
});

describe("settings", () => {
  test("are said once", () => {
    expect(messages({ vars: { kube_kubelet: { cgroupDriver: "cgroupfs" } } })[0]).toContain(
      "so does kube_cgroup_driver",
    );
    expect(messages({ vars: { kube_proxy: { mode: "ipvs" } } })[0]).toContain("so does kube_proxy_mode");
  });
  test("that would renew certificates without end are refused", () =>
    expect(told({ vars: { kube_certificate_days: 20 } })).toMatchObject([{ variable: "kube_renew_before_days" }]));
});

test("a bundle has all programs, and the pause image of the runtime", () => {
  const sha256 = "a".repeat(64);
  const file = (path: string) => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), "");
    return { path, sha256, bytes: 0 };
  };
  const image = { name: "registry.k8s.io/pause:3.10", digest: `sha256:${sha256}` };
  const files = [file("bin/kubeadm"), file("bin/kubectl"), { ...file("images/pause"), image }];
  writeFileSync(
    join(folder, "bundle.json"),
    JSON.stringify({ format: 1, kubernetes: "1.34.4", architecture: "amd64", files }),
  );
  expect(told({ vars: { kube_source: { kind: "bundle", folder } } })).toMatchObject([
    { message: `the bundle ${folder} has no bin/kubelet`, variable: "kube_source" },
    {
      message: expect.stringContaining("no pod starts without"),
      fix: "set kube_pause_image: registry.k8s.io/pause:3.10",
    },
  ]);
});

describe("single values", () => {
  const why = (schema: z.ZodType, given: unknown) =>
    schema.safeParse(given).error?.issues.map(({ message }) => message);
  const { kube_names, kube_pod_subnet, kube_endpoint, kube_source, interface: device } = clusterInventoryVars;
  test.each([
    [kube_names, ["not a name!"], "an address or a name of lower-case letters is needed"],
    [kube_pod_subnet, "10.244.0.0/16,fd00::/56", "one subnet such as 10.244.0.0/16 is needed"],
    [kube_endpoint, "API.example.com", "lower-case letters are needed"],
    [kube_source, { kind: "release", version: "1.34.4", sha256: {} }, "hashes for an architecture are needed"],
    [device, "no such interface", "a name of at most 15 letters without blanks is needed"],
    [clusterGroups.masters.shape.kube_node_ip, "10.0.0.1,fd00::1", "one address of IPv4 or IPv6 is needed"],
  ] as const)("say what is needed", (schema, given, message) => expect(why(schema, given)).toEqual([message]));
  test("names of certificates may be wildcards and addresses", () =>
    expect(why(kube_names, ["*.example.com", "api.example.com", "192.0.2.1", "2001:db8::1"])).toBeUndefined());
});
