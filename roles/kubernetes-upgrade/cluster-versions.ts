import { defineProbe, sh } from "ts-play";
import { kube } from "../kubernetes/kubectl.ts";

/** A node with what runs on it. */
export interface NodeVersion {
  readonly name: string;
  readonly ready: boolean;
  /** Of its kubelet, with a leading v. */
  readonly kubelet: string;
}

/** A part of a control plane, as the pod that runs. */
export interface PartVersion {
  readonly node: string;
  readonly part: string;
  readonly image: string;
}

/** What runs in a cluster, by its own word. */
export interface ClusterVersions {
  /** Of the configuration that kubeadm keeps in the cluster, with a leading v: that of the last upgrade that got to its middle. */
  readonly configured: string;
  readonly nodes: readonly NodeVersion[];
  readonly parts: readonly PartVersion[];
  /** Image of kube-proxy; undefined where there is none. */
  readonly proxy: string | undefined;
  /** APIs that were called since the apiserver of this host started, and that a version does not have any more. */
  readonly deprecated: readonly { readonly api: string; readonly removedIn: string }[];
}

/** Each line begins with the word for what it tells. A question that gets no answer is no answer that nothing is there. */
export const clusterVersions = defineProbe<undefined, ClusterVersions | undefined>({
  name: "clusterVersions",
  summary: "Versions of all parts and nodes of a cluster as it says itself; undefined where no cluster answers.",
  command: () => sh`set -e
${kube}
[ -s /etc/kubernetes/admin.conf ] && [ "$(kube get --raw /readyz 2>/dev/null)" = ok ] || exit 1
configuration=$(kube -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}')
printf '%s\\n' "$configuration" | sed -n 's/^kubernetesVersion: */configured|/p'
kube get nodes -o 'jsonpath={range .items[*]}node|{.metadata.name}|{.status.conditions[?(@.type=="Ready")].status}|{.status.nodeInfo.kubeletVersion}{"\\n"}{end}'
kube -n kube-system get pods -l tier=control-plane -o 'jsonpath={range .items[*]}part|{.spec.nodeName}|{.metadata.labels.component}|{.spec.containers[0].image}{"\\n"}{end}'
kube -n kube-system get daemonset kube-proxy --ignore-not-found -o 'jsonpath={"proxy|"}{.spec.template.spec.containers[0].image}{"\\n"}'
metrics=$(kube get --raw /metrics)
printf '%s\\n' "$metrics" | sed -n 's/^apiserver_requested_deprecated_apis{\\(.*\\)} 1$/deprecated|\\1/p'`,
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? versionsIn(stdout) : undefined),
  bare: () => undefined,
  timeoutMs: 90_000,
});

export function versionsIn(output: string): ClusterVersions {
  const rows = output.split("\n").map((line) => line.split("|"));
  const of = (kind: string) => rows.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  return {
    configured: of("configured")[0]?.[0] ?? "",
    nodes: of("node").map(([name = "", ready, kubelet = ""]) => ({ name, ready: ready === "True", kubelet })),
    parts: of("part").map(([node = "", part = "", image = ""]) => ({ node, part, image })),
    proxy: of("proxy")[0]?.[0] || undefined,
    deprecated: of("deprecated").map(([labels = ""]) => deprecatedApi(labels)),
  };
}

/** Labels of a metric: `group="apps",removed_release="1.40",resource="x",subresource="",version="v1beta1"`. */
function deprecatedApi(labels: string) {
  const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
  const groupVersion = [label("group"), label("version")].filter(Boolean).join("/");
  return { api: `${label("resource")} of ${groupVersion}`, removedIn: label("removed_release") };
}
