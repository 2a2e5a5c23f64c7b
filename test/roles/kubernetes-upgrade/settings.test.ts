import { describe, expect, test } from "vitest";
import { settingsKnown } from "../../../roles/kubernetes-upgrade/objections.ts";
import { nodeSettings, settingsIn } from "../../../roles/kubernetes-upgrade/settings.ts";
import { runScript } from "../kubernetes/scripts.ts";

const refusal = (output: string, version: string) => {
  try {
    settingsKnown.plan({ args: { version }, current: { node: settingsIn(output) } });
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
};

const CLUSTER = `-- kubeadm-config
apiServer:
  certSANs:
  - 10.0.0.1
  extraArgs:
  - name: cloud-provider
    value: external
  - name: feature-gates
    value: WatchBookmark=true,SidecarContainers=true
apiVersion: kubeadm.k8s.io/v1beta4
controllerManager:
  extraArgs:
  - name: bind-address
    value: 0.0.0.0
kind: ClusterConfiguration
kubernetesVersion: v1.32.13
scheduler: {}
`;

describe("settings that a version does not know any more are refused, each with where it stands", () => {
  test("of the cluster's own parts", () => {
    expect(refusal(CLUSTER, "1.33.13")).toEqual([
      "the flag --cloud-provider in extraArgs of apiServer in kubeadm-config is gone since 1.33: take it out",
      "the feature gate WatchBookmark in extraArgs of apiServer in kubeadm-config is gone since 1.33: take it out",
    ]);
    expect(refusal(CLUSTER, "1.32.13")).toEqual([]);
    expect(refusal(CLUSTER, "1.37.2").at(-1)).toContain("SidecarContainers");
  });

  test("also as older versions of kubeadm have kept them", () => {
    const map =
      '-- kubeadm-config\napiServer:\n  extraArgs:\n    cloud-config: /etc/cloud\n    v: "2"\n  timeoutForControlPlane: 4m0s\n';
    expect(refusal(map, "1.33.13")).toEqual([
      "the flag --cloud-config in extraArgs of apiServer in kubeadm-config is gone since 1.33: take it out",
    ]);
  });

  test("of kubelets, by flags and by their configuration", () => {
    const node = `
-- /var/lib/kubelet/config.yaml
cgroupDriver: systemd
featureGates:
  AppArmor: true
  MemoryManager: true
kind: KubeletConfiguration

-- /etc/default/kubelet
KUBELET_EXTRA_ARGS="--register-schedulable=false --v=2 --feature-gates=PodDisruptionConditions=true"
`;
    expect(refusal(node, "1.34.4")).toEqual([
      "the feature gate AppArmor in /var/lib/kubelet/config.yaml is gone since 1.33: take it out",
      "the flag --register-schedulable in /etc/default/kubelet is gone since 1.34: take it out",
      "the feature gate PodDisruptionConditions in /etc/default/kubelet is gone since 1.34: take it out",
    ]);
  });

  test("a flag of one program is none of another", () => {
    expect(refusal('-- /etc/default/kubelet\nKUBELET_EXTRA_ARGS="--cloud-provider=external"\n', "1.34.4")).toEqual([]);
  });

  test("what kubeadm has written for kubelets, it takes out again by itself", () => {
    const flags = 'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.4 --pod-infra-container-image=registry.k8s.io/pause:3.10"\n';
    expect(refusal(`-- /var/lib/kubelet/kubeadm-flags.env\n${flags}`, "1.35.4")).toEqual([]);
    expect(refusal(`-- /etc/default/kubelet\n${flags}`, "1.35.4")).toHaveLength(1);
  });

  test("of kube-proxy", () => {
    expect(refusal("-- kube-proxy\nfeatureGates:\n  TopologyAwareHints: true\nmode: nftables\n", "1.36.3")).toEqual([
      "the feature gate TopologyAwareHints in the ConfigMap kube-proxy is gone since 1.36: take it out",
    ]);
  });

  test("control groups of version 1, from 1.35 on, unless the kubelet was told to take them", () => {
    const old = "-- /var/lib/kubelet/config.yaml\nkind: KubeletConfiguration\n\n-- old groups\n";
    expect(refusal(old, "1.35.4")[0]).toContain("control groups of version 1");
    expect(refusal(old, "1.34.4")).toEqual([]);
    expect(refusal(`-- /var/lib/kubelet/config.yaml\nfailCgroupV1: false\n\n-- old groups\n`, "1.35.4")).toEqual([]);
  });

  test("nothing is set on a host that is no node", () => expect(refusal("", "1.37.2")).toEqual([]));
});

describe("a cluster that does not answer is not taken for one in which nothing is set", () => {
  const { kind } = nodeSettings(undefined);
  const read = (kubectl: string, files: Record<string, string> = { "admin.conf": "x" }) => {
    const result = runScript(kind.command([undefined as never]), { files, programs: { kubectl } });
    const [node] = kind.parse(result, [undefined as never]);
    return settingsKnown.plan({ args: { version: "1.33.13" }, current: { node } });
  };

  test("be it at the first question or at the last", () => {
    expect(() => read("exit 1")).toThrow("what is set on this host and in its cluster cannot be read");
    expect(() => read('case "$*" in *kube-proxy*) exit 1 ;; esac')).toThrow("cannot be read");
  });
  test("one that answers is read", () => {
    expect(read(":")).toEqual([]);
    const configuration = CLUSTER.slice(CLUSTER.indexOf("apiServer"));
    expect(() => read(`case "$*" in *kubeadm-config*) printf '%s' '${configuration}' ;; esac`)).toThrow(
      "--cloud-provider",
    );
  });
  test("and a host that is no control plane asks nobody", () => expect(read("exit 1", {})).toEqual([]));
});
