import { sh, type Task, waitFor } from "ts-play";

/** Waits until the cluster takes the host for a node that can carry pods: its network is up, and its kubelet reports. */
export const nodeReady = (name: string): Task =>
  waitFor(
    {
      command: sh`kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=10s get node ${name} -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null | grep -qx True`,
      timeoutMs: 300_000,
      intervalMs: 1000,
    },
    { name: "node is ready" },
  );
