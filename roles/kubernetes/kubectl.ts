import { type Command, sh, TaskRefusal } from "ts-play";

/** kubectl as the cluster's administrator, on a control plane. */
export const ADMIN = "/etc/kubernetes/admin.conf";

/** Begins a script: afterwards `kube` is kubectl with the administrator's rights, and gives up after some seconds. */
export const kube: Command = sh`export KUBECONFIG=${ADMIN}
kube() { kubectl --request-timeout=10s "$@"; }
`;

/**
 * Follows `kube` in a script: `patiently kube ...` asks again for some twenty seconds. The API is away for a moment where etcd changes its
 * leader, or the endpoint goes from one balancer to another.
 */
export const patiently: Command = sh`patiently() {
  for pause in 2 4 8 8 0; do
    "$@" && return
    sleep "$pause"
  done
  return 1
}
`;

/** For a task that cannot do without the cluster. */
export const clusterSilent = (): TaskRefusal =>
  new TaskRefusal("no cluster answers on this control plane", "journalctl -u kubelet, and look at the balancer");
