import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../roles/etcd/member.ts";
import { removedApis, upgradeObjections } from "../../../roles/kubernetes-upgrade/allowed.ts";
import { type ClusterVersions, versionsIn } from "../../../roles/kubernetes-upgrade/cluster-versions.ts";

const PARTS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];

/** A cluster whose nodes and control planes are all at one version, but for what is said. */
function clusterAt(version: string, more: Partial<ClusterVersions> = {}): ClusterVersions {
  const node = (name: string) => ({ name, ready: true, kubelet: `v${version}` });
  return {
    configured: `v${version}`,
    nodes: ["cp1", "cp2", "w1"].map(node),
    parts: ["cp1", "cp2"].flatMap((name) =>
      PARTS.map((part) => ({ node: name, part, image: `registry.k8s.io/${part}:v${version}` })),
    ),
    proxy: `registry.k8s.io/kube-proxy:v${version}`,
    deprecated: [],
    ...more,
  };
}

const member = (name: string, more: object = {}) => ({
  id: name,
  name,
  peerUrls: [],
  clientUrls: [],
  learner: false,
  healthy: true,
  leader: false,
  version: "3.5.24",
  dbBytes: 1,
  raftIndex: 1n,
  ...more,
});
const etcd = (...members: object[]): Cluster => ({
  members: members.map((more, i) => member(`cp${i + 1}`, more)),
  alarms: [],
});

const against = (seen: ClusterVersions, version: string, members: Cluster | undefined = etcd({}, {})) =>
  upgradeObjections(seen, members, { version, nodes: ["cp1", "cp2", "w1"] });

describe("an upgrade", () => {
  test("to the next minor version, to another patch, and to what is there already, is allowed", () => {
    expect(against(clusterAt("1.33.13"), "1.34.4")).toEqual([]);
    expect(against(clusterAt("1.34.0"), "1.34.4")).toEqual([]);
    expect(against(clusterAt("1.34.4"), "1.34.4")).toEqual([]);
  });

  test("that skips a minor version is refused, and the next one named", () => {
    expect(against(clusterAt("1.32.13"), "1.34.4")).toEqual([
      "the cluster is at 1.32.13: bring it to 1.33 before 1.34, one minor version at a time",
    ]);
  });

  test("never goes back, by a minor version or by a patch, whatever part is ahead", () => {
    expect(against(clusterAt("1.34.4"), "1.33.13")[0]).toBe(
      "the cluster is at 1.34.4 already: Kubernetes does not go back to 1.33.13",
    );
    expect(against(clusterAt("1.34.4"), "1.34.3")).not.toEqual([]);
    const ahead = clusterAt("1.33.6");
    const nodes = [...ahead.nodes.slice(0, 2), { name: "w1", ready: true, kubelet: "v1.33.13" }];
    expect(against({ ...ahead, nodes }, "1.33.7")).toEqual([
      "the kubelet of w1 is at 1.33.13 already: Kubernetes does not go back to 1.33.7",
    ]);
  });

  test("goes on where one was interrupted, also from a node that is away", () => {
    const halfway = clusterAt("1.34.4");
    const nodes = halfway.nodes.map((node) => ({ ...node, kubelet: "v1.33.13", ready: node.name !== "w1" }));
    expect(against({ ...halfway, nodes }, "1.34.4")).toEqual([]);
    expect(against({ ...halfway, configured: "v1.33.13", nodes }, "1.34.4")).toEqual(["w1 is not ready"]);
  });

  test("looks at every kubelet: none newer than an apiserver, none older by more than three", () => {
    const seen = clusterAt("1.34.4");
    const parts = seen.parts.map((one) =>
      one.part === "kube-apiserver" && one.node === "cp2" ? { ...one, image: "x/kube-apiserver:v1.33.13" } : one,
    );
    expect(against({ ...seen, parts }, "1.34.4")).toEqual([
      "the kubelet of cp1 (1.34.4) is newer than an apiserver (1.33)",
      "the kubelet of cp2 (1.34.4) is newer than an apiserver (1.33)",
      "the kubelet of w1 (1.34.4) is newer than an apiserver (1.33)",
    ]);
    const nodes = [...clusterAt("1.33.0").nodes.slice(0, 2), { name: "w1", ready: true, kubelet: "v1.30.4" }];
    expect(against({ ...clusterAt("1.33.0"), nodes }, "1.34.4")).toEqual([
      "the kubelet of w1 (1.30.4) is too old for apiservers of 1.34",
    ]);
  });

  test("knows every node: one that the inventory does not name would stay behind", () => {
    const seen = clusterAt("1.33.13");
    const nodes = [...seen.nodes, { name: "w9", ready: true, kubelet: "v1.33.13" }];
    expect(against({ ...seen, nodes }, "1.34.4")).toEqual([
      "w9 is a node of the cluster, but not of the inventory: it would stay behind",
    ]);
    expect(against({ ...seen, nodes: seen.nodes.slice(0, 2) }, "1.34.4")).toEqual(["w1 is no node of the cluster"]);
  });

  test("waits for a whole etcd, and for one that 3.6 can follow on", () => {
    expect(against(clusterAt("1.33.13"), "1.34.4", etcd({ healthy: false }, { learner: true }))).toEqual([
      "the member cp1 of etcd is not a healthy voter",
      "the member cp2 of etcd is not a healthy voter",
    ]);
    expect(against(clusterAt("1.33.0"), "1.34.4", etcd({ version: "3.5.21" }))[0]).toContain("cp1 of etcd runs 3.5.21");
    expect(against(clusterAt("1.33.0"), "1.33.13", etcd({ version: "3.5.21" }))).toEqual([]);
    expect(against(clusterAt("1.33.13"), "1.34.4", { ...etcd({}), alarms: ["NOSPACE"] })).toEqual([
      "etcd has raised the alarm NOSPACE",
    ]);
  });

  test("to a version whose kubeadm knows no phases is left to other ways", () => {
    expect(against(clusterAt("1.30.4"), "1.31.14")[0]).toContain("upgrades to 1.32 and later are known here");
  });

  test("says so where the cluster does not tell its version", () => {
    expect(against(clusterAt("1.33.13", { configured: "" }), "1.34.4")).toEqual([
      'the cluster does not say its version: kubeadm-config has ""',
    ]);
  });
});

test("what a cluster answers is read as it is", () => {
  const seen = versionsIn(`configured|v1.33.13
node|cp1|True|v1.33.13
node|w1|Unknown|v1.33.13
part|cp1|kube-apiserver|registry.k8s.io/kube-apiserver:v1.33.13
proxy|registry.k8s.io/kube-proxy:v1.33.13
deprecated|group="flowcontrol.apiserver.k8s.io",removed_release="1.32",resource="flowschemas",subresource="",version="v1beta3"
deprecated|group="",removed_release="",resource="endpoints",subresource="",version="v1"
`);
  expect(seen.configured).toBe("v1.33.13");
  expect(seen.nodes[1]).toEqual({ name: "w1", ready: false, kubelet: "v1.33.13" });
  expect(seen.proxy).toBe("registry.k8s.io/kube-proxy:v1.33.13");
  expect(removedApis(seen, "1.34.4")).toEqual([
    "flowschemas of flowcontrol.apiserver.k8s.io/v1beta3 is gone since 1.32",
  ]);
  expect(removedApis(seen, "1.31.9")).toEqual([]);
});
