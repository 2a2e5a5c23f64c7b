import { type Command, sh, TaskRefusal } from "ts-play";

/** kubectl as the cluster's administrator, on a control plane. */
export const ADMIN = "/etc/kubernetes/admin.conf";

/** Begins a script: afterwards `kube` is kubectl with the administrator's rights, and gives up after some seconds. */
export const kube: Command = sh`export KUBECONFIG=${ADMIN}
kube() { kubectl --request-timeout=10s "$@"; }
`;

/** For a task that cannot do without the cluster. */
export const clusterSilent = (): TaskRefusal =>
  new TaskRefusal("no cluster answers on this control plane", "journalctl -u kubelet, and look at the balancer");
