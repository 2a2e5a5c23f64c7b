import { change, defineOperation, type Probe, predict, run, sh, z } from "ts-play";
import { type NodeState, nodeState } from "./node-state.ts";

const args = z.strictObject({
  name: z.string().describe("name of the node"),
  criSocket: z.string().describe("where the container runtime is"),
});

/** Of flannel, Calico and Cilium, of kube-proxy (with the addresses of all services) and of a DNS cache on each node. */
const LINKS = sh`links=$(ip -o link 2>/dev/null | awk -F '[ :@]+' '$2 ~ /^(flannel\\.1|cni0|cali[0-9a-f]+|vxlan\\.calico|cilium_[a-z]+|kube-ipvs0|nodelocaldns)$/ { print $2 }')`;

/**
 * Takes Kubernetes off a host. Besides what kubeadm takes away these are the rules, links and files of kube-proxy and of the pod
 * network; tables of the kernel's own balancer stay, because they may be those of an LVS director.
 */
export const nodeReset = defineOperation<typeof args, { readonly node: Probe<NodeState> }>({
  name: "nodeReset",
  summary: "Makes a node a plain host again: kubeadm's reset, and the rules, links and files that it leaves behind.",
  args,
  example: 'nodeReset({ name: host.name, criSocket: "unix:///run/containerd/containerd.sock" })',
  subject: ({ name }) => name,
  read: ({ name }) => ({ node: nodeState(name) }),
  plan: ({ args: { name, criSocket }, current: { node } }) =>
    node.stage === "none"
      ? []
      : [
          run(
            // Else it would start etcd once more on the data directory that kubeadm has just emptied.
            sh`systemctl stop kubelet
kubeadm reset --force --cri-socket ${criSocket} >/var/log/kubeadm-reset.log 2>&1 || { tail -n 20 /var/log/kubeadm-reset.log >&2; exit 1; }
rm -rf /etc/cni/net.d/* /etc/kubernetes/ts-play /run/flannel /var/lib/cni
[ "$(readlink /root/.kube/config)" != /etc/kubernetes/admin.conf ] || rm -f /root/.kube/config
${LINKS}
for link in $links; do ip link delete "$link" 2>/dev/null || :; done
for family in ip ip6; do nft delete table "$family" kube-proxy 2>/dev/null || :; nft delete table "$family" flannel-ipv4 2>/dev/null || :; done
for tables in iptables ip6tables; do
  command -v $tables-save >/dev/null || continue
  $tables-save 2>/dev/null | grep -Ev 'KUBE-|FLANNEL-|CNI-' | $tables-restore 2>/dev/null || :
done`,
            {
              changes: [change("node", node.stage, "none")],
              effects: [predict(nodeState(name), { stage: "none", ca: undefined })],
            },
          ),
        ],
});
