import { command, sh, type Task } from "ts-play";
import { inCluster } from "../kubernetes/in-cluster.ts";
import { kube } from "../kubernetes/kubectl.ts";

const configuration = sh`kube -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}'`;

/** How long certificates last that kubeadm issues from now on, in the configuration that it keeps in the cluster. */
export const certificateLifetime = (days: number): Task => {
  const period = `certificateValidityPeriod: ${days * 24}h0m0s`;
  return command(
    {
      run: sh`set -eu
${kube}
file=$(mktemp)
trap 'rm -f -- "$file"' EXIT
{ ${configuration} | sed '/^certificateValidityPeriod:/d'; echo ${period}; } >"$file"
kube -n kube-system create configmap kubeadm-config --from-file ClusterConfiguration="$file" --dry-run=client -o yaml | kube -n kube-system replace -f - >/dev/null`,
      unless: inCluster(`certificates last ${days} days`, sh`${configuration} | grep -qx ${period}`),
    },
    { name: `certificates last ${days} days` },
  );
};
