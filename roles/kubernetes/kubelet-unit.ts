/** As the project's packages have it, for programs that come without a unit. */
export const KUBELET_UNIT = {
  Unit: {
    Description: "kubelet, the agent of Kubernetes on this node",
    Wants: "network-online.target",
    After: "network-online.target containerd.service",
  },
  Service: { ExecStart: "/usr/local/bin/kubelet", Restart: "always", RestartSec: 5 },
  Install: { WantedBy: "multi-user.target" },
};

/** Where kubeadm leaves what it wants of the kubelet; the first `ExecStart` takes back that of the unit, systemd.service(5). */
export const KUBELET_DROP_IN = {
  Service: {
    EnvironmentFile: ["-/var/lib/kubelet/kubeadm-flags.env", "-/etc/default/kubelet"],
    ExecStart: [
      "",
      "/usr/local/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS",
    ],
  },
};
