import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Group, InventoryRefusal } from "ts-play";
import { describe, expect, test } from "vitest";
import certificates from "../../../playbooks/kubernetes-certificates.ts";
import endpoint from "../../../playbooks/kubernetes-endpoint.ts";
import reset from "../../../playbooks/kubernetes-reset.ts";
import toHa from "../../../playbooks/kubernetes-to-ha.ts";
import upgrade from "../../../playbooks/kubernetes-upgrade.ts";
import verifyCluster from "../../../playbooks/kubernetes-verify.ts";
import site from "../../../playbooks/site.ts";
import { clusterOf } from "../../../roles/kubernetes/cluster.ts";
import { inventoryObjections } from "../../../roles/kubernetes/inventory-objections.ts";
import { kubeletVersion } from "../../../roles/kubernetes/kubelet-version.ts";
import { versionObjections } from "../../../roles/kubernetes/preflight.ts";
import { siteOf } from "./cluster.ts";

const objections = (...given: Parameters<typeof siteOf>) =>
  inventoryObjections(siteOf(...given)).map(({ message }) => message);
const playsOf = (...given: Parameters<typeof siteOf>) => {
  const { groups, vars } = siteOf(...given);
  return site.plays({ groups: { ...groups }, vars });
};
const titles = (...given: Parameters<typeof siteOf>) => playsOf(...given).map(({ title }) => title);

describe("a layout that cannot stand is refused", () => {
  test("three stacked control planes that balance by themselves are well", () => expect(objections({})).toEqual([]));
  test("two stacked control planes, unless that is asked for", () => {
    expect(objections({ masters: 2 })).toEqual([
      "two control planes with stacked etcd: the loss of either is the loss of both",
    ]);
    expect(objections({ masters: 2 }, { kube_force_two_masters: true })).toEqual([]);
    expect(objections({ masters: 2, etcd: 3 })).toEqual([]);
    expect(objections({ etcd: 2 })).toEqual(["two members of etcd: the loss of either is the loss of both"]);
    expect(objections({ etcd: 2 }, { kube_force_two_masters: true })).toEqual([]);
  });
  test("several control planes without a balancer", () => {
    expect(objections({ masters: 3 }, { kube_balancer: "none" })).toEqual(["3 control planes without a balancer"]);
    expect(objections({ masters: 1 }, { kube_balancer: "none" })).toEqual([]);
  });
  test("haproxy and apiserver on one port of one host", () => {
    expect(objections({}, { kube_endpoint_port: 6443 })).toEqual([
      "haproxy cannot listen on port 6443 of ma1, which is the apiserver's",
    ]);
    expect(objections({ balancers: 2 }, { kube_endpoint_port: 6443 })).toEqual([]);
  });
  test("LVS without directors, or with another port", () => {
    expect(objections({}, { kube_balancer: "lvs" })).toEqual(["LVS needs directors of its own"]);
    expect(objections({ balancers: 2 }, { kube_balancer: "lvs", kube_endpoint_port: 8443 })[0]).toContain("6443");
  });
  test("an address without a second host that could take it", () => {
    const [alone] = inventoryObjections(siteOf({ masters: 1 }));
    expect(alone?.message).toContain("ma1 is the one control plane");
    expect(alone?.fix).toContain("kube_balancer: none");
    for (const kube_balancer of ["keepalived", "lvs"])
      expect(objections({ balancers: 1 }, { kube_balancer })[0]).toContain("ba1 balances alone");
    expect(objections({ masters: 1, balancers: 2 })).toEqual([]);
    expect(objections({ masters: 1 }, { kube_balancer: "external" })).toEqual([]);
  });
  test.each([
    ["no address", { virtual_ip: undefined }, {}],
    ["no directors", { kube_balancer: "lvs" }, {}],
    ["no second balancer", {}, { masters: 1 }],
  ])("when plays are made, before any role is called: %s", (_, vars, counts) => {
    for (const playbook of [site, endpoint, toHa])
      expect(() => playbook.plays(siteOf(counts, vars) as never)).toThrow(InventoryRefusal);
  });
  test("without a control plane, whatever is to be done with the cluster", () => {
    for (const playbook of [site, endpoint, toHa, reset, verifyCluster, certificates, upgrade])
      expect(() => playbook.plays(siteOf({ masters: 0 }) as never)).toThrow("there is no control plane");
  });
  test("whose end was not confirmed", () => {
    const ending = (kube_confirm: string) => {
      const { groups, vars } = siteOf({});
      return reset.plays({ groups: { ...groups }, vars: { ...vars, kube_confirm } });
    };
    expect(() => ending("another")).toThrow("say so: -e kube_confirm=kubernetes.internal");
    expect(ending("kubernetes.internal")).toHaveLength(2);
  });
  test("an endpoint without an address, or with that of a host", () => {
    expect(objections({}, { virtual_ip: undefined })).toEqual(["the endpoint has no address"]);
    expect(objections({}, { virtual_ip: "192.0.2.12" })).toEqual(["virtual_ip is the address of ma2 itself"]);
  });
  test("subnets that swallow hosts, or each other", () => {
    const given = { kube_pod_subnet: "192.0.2.0/24", kube_network: { kind: "flannel", podSubnet: "192.0.2.0/24" } };
    expect(objections({ masters: 1, workers: 0 }, { ...given, kube_balancer: "none" })).toEqual([
      "ma1 (192.0.2.11) lies in kube_pod_subnet 192.0.2.0/24",
      "the endpoint (192.0.2.200) lies in kube_pod_subnet 192.0.2.0/24",
    ]);
    expect(objections({}, { kube_service_subnet: "10.244.0.0/20" })[0]).toContain("overlap");
    expect(objections({}, { virtual_ip: "10.96.0.1" })).toEqual([
      "the endpoint (10.96.0.1) lies in kube_service_subnet 10.96.0.0/12",
    ]);
  });
  test("a pod network of other addresses than the cluster's", () => {
    expect(objections({}, { kube_pod_subnet: "10.9.0.0/16" })).toEqual([
      "flannel is to carry pods of 10.244.0.0/16, and kube_pod_subnet is 10.9.0.0/16",
    ]);
    const flannel = { kind: "flannel", podSubnet: "10.9.0.0/16" };
    expect(objections({}, { kube_pod_subnet: "10.9.0.0/16", kube_network: flannel })).toEqual([]);
  });
});

describe("the plays", () => {
  test("stacked, balanced by the control planes: a balancer first, then one control plane after the other", () => {
    expect(titles({})).toEqual([
      "Layout: 3 control planes with etcd, the majority is 2, 1 may be lost",
      "Nothing is in the way of the balancers",
      "Hosts",
      "Container runtime and kubelet",
      "Balancers",
      "Virtual IP",
      "First control plane",
      "Network of pods",
      "Names of the apiservers",
      "Control planes",
      "Workers",
      "Nobody else joins",
      "Labels, annotations and taints",
      "DNS and services",
      "Every control plane sees it whole",
      "Every place names the endpoint",
    ]);
    expect(playsOf({}).find(({ title }) => title === "Control planes")?.batch).toEqual([1]);
  });
  test("an etcd of its own comes before the cluster", () => {
    const all = titles({ etcd: 3, balancers: 2 });
    expect(all.indexOf("Apiservers may use etcd")).toBeGreaterThan(all.indexOf("Members answer"));
    expect(all.indexOf("First control plane")).toBeGreaterThan(all.indexOf("Apiservers may use etcd"));
  });
  test("LVS: real servers before directors", () => {
    const all = titles({ balancers: 2 }, { kube_balancer: "lvs" });
    expect(all.slice(1, 3)).toEqual(["Nothing is in the way of the balancers", "Nobody else has their address"]);
    expect(all.indexOf("Directors")).toBe(all.indexOf("Real servers") + 1);
  });
  test("end with the administrator's kubeconfig and a look, where that is asked for", () =>
    expect(titles({}, { kube_config_to: "admin.conf" }).slice(-3, -1)).toEqual([
      "Kubeconfig of the administrator",
      "Every control plane sees it whole",
    ]));
  test.each([
    ["kubernetes-to-ha.ts", toHa],
    ["kubernetes-endpoint.ts", endpoint],
    ["kubernetes-certificates.ts", certificates],
    ["kubernetes-upgrade.ts", upgrade],
  ])("of %s bring a kubeconfig that was made anew as well", (_, { plays }) => {
    const { groups, vars } = siteOf({}, { kube_config_to: "admin.conf" });
    const more = {
      kube_accept_outage: false,
      kube_accept_removed_apis: false,
      etcd_backup_folder: "/var/backups/etcd",
    };
    const given = { groups: { ...groups }, vars: { ...vars, ...more } };
    expect(plays(given as never).map(({ title }) => title)).toContain("Kubeconfig of the administrator");
  });
  test("of a cluster that becomes a highly available one label the nodes that join, as site.ts does", () => {
    const { groups, vars } = siteOf({});
    expect(toHa.plays({ groups: { ...groups }, vars }).map(({ title }) => title)).toContain(
      "Labels, annotations and taints",
    );
  });
  test("let nodes of IPv6 forward its packets", () => {
    const hosts = (groups: object, vars: object) =>
      site
        .plays({ ...siteOf({}, vars), groups: { ...siteOf({ workers: 0 }).groups, ...groups } } as never)
        .find(({ title }) => title === "Hosts")!
        .roles({ name: "ma1", address: "2001:db8::11" } as never);
    const masters = new Group("masters", [{ name: "ma1", address: "2001:db8::11" }]);
    const six = {
      kube_balancer: "none",
      kube_pod_subnet: "fd00:1::/56",
      kube_service_subnet: "fd00:2::/112",
      kube_network: { kind: "manifest", file: "/dev/null" },
    };
    expect(JSON.stringify(hosts({ masters }, six)[0]!.vars)).toContain('"net.ipv6.conf.all.forwarding":1');
    expect(JSON.stringify(hosts({}, {})[0]!.vars)).not.toContain("net.ipv6");
  });
  test("without a balancer there is none", () =>
    expect(titles({ masters: 1 }, { kube_balancer: "none" })[3]).toBe("First control plane"));
});

test("nodes get Docker Engine where that is wanted, after the containerd that it uses", () => {
  const roles = (vars: object) => {
    const play = playsOf({}, vars).find(({ title }) => title === "Container runtime and kubelet");
    return play!.roles(play!.on.hosts[0]!).map(({ name }) => name);
  };
  expect(roles({})).toEqual(["containerd", "kubePackages"]);
  expect(roles({ kube_runtime: "docker" })).toEqual(["containerd", "docker", "kubePackages"]);
});

test("the endpoint is where the balancer listens", () => {
  expect(clusterOf(siteOf({})).endpoint).toEqual({ host: "kubernetes.internal", port: 8443 });
  expect(clusterOf(siteOf({ balancers: 2 })).endpoint.port).toBe(6443);
});

describe("the version", () => {
  test("of a node that is there stays; a bare host has none", () => {
    expect(versionObjections("1.34.4", "1.34.4")).toEqual([]);
    expect(versionObjections("1.34.4", undefined)).toEqual([]);
  });
  test.each(["1.35.0", "1.33.9", "1.34.5"])("of all nodes does not become %s at once", (wanted) =>
    expect(versionObjections(wanted, "1.34.4")[0]?.message).toBe(
      `this node runs Kubernetes 1.34.4, and ${wanted} is wanted: clusters are not upgraded here`,
    ),
  );
  test("is asked of the kubelet, where the host belongs to a cluster", () => {
    const folder = mkdtempSync(join(tmpdir(), "kubelet-version-"));
    writeFileSync(join(folder, "kubelet"), "#!/bin/sh\necho Kubernetes v1.34.4\n", { mode: 0o755 });
    const { kind } = kubeletVersion();
    const ask = () => {
      const script = kind
        .command([undefined as never])
        .toString()
        .replaceAll("/etc/kubernetes", folder);
      const stdout = execFileSync("sh", ["-c", script], { env: { PATH: `${folder}:${process.env.PATH}` } });
      return kind.parse({ stdout: stdout.toString(), stderr: "", exitCode: 0 }, [undefined as never])[0];
    };
    expect(ask()).toBeUndefined();
    writeFileSync(join(folder, "kubelet.conf"), "there");
    expect(ask()).toBe("1.34.4");
    rmSync(folder, { recursive: true });
  });
});
