import { command, sh, type Task } from "ts-play";
import { inCluster } from "../kubernetes/in-cluster.ts";
import { kube } from "../kubernetes/kubectl.ts";

/** kubeadm brings DNS and kube-proxy along with the last control plane; after an interruption nobody would. Without kube-proxy there is none to bring. */
export const addonsUpgrade = (version: string): Task =>
  command(
    {
      run: sh`set -eu
${kube}
kubeadm upgrade node phase addon all >/var/log/kubeadm-addons.log 2>&1 || { tail -n 20 /var/log/kubeadm-addons.log >&2; exit 1; }
kubectl -n kube-system rollout status daemonset kube-proxy --timeout=300s >/dev/null`,
      unless: inCluster(
        `kube-proxy is of ${version}`,
        sh`image=$(kube -n kube-system get daemonset kube-proxy --ignore-not-found -o 'jsonpath={.spec.template.spec.containers[0].image}')
[ -z "$image" ] || [ "\${image##*:}" = ${`v${version}`} ]`,
      ),
    },
    { name: `DNS and kube-proxy of ${version}` },
  );
