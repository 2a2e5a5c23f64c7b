import { defineProbe, sh } from "ts-play";

/** The version of a node's kubelet, such as `1.34.4`; undefined on a host that belongs to no cluster. */
export const kubeletVersion = defineProbe<void, string | undefined>({
  name: "kubeletVersion",
  summary: "Which kubelet a node of a cluster has.",
  command: () => sh`[ -s /etc/kubernetes/kubelet.conf ] || exit 0
command -v kubelet >/dev/null || exit 0
kubelet --version`,
  parse: ({ stdout }) => /^Kubernetes v(\S+)/.exec(stdout)?.[1],
  bare: () => undefined,
  looksAt: () => ["tree:/etc/kubernetes", "path:/usr/bin/kubelet", "path:/usr/local/bin/kubelet"],
});
