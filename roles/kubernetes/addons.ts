import { command, sh, type Task } from "ts-play";
import { inCluster } from "./in-cluster.ts";
import { kube } from "./kubectl.ts";

/** The number of DNS servers; kubeadm begins with two, which both land on the first node. */
export const coreDnsReplicas = (replicas: number): Task =>
  command(
    {
      run: sh`${kube}
kube -n kube-system scale deployment coredns --replicas=${replicas} >/dev/null`,
      unless: inCluster(
        `DNS has ${replicas} servers`,
        sh`[ "$(kube -n kube-system get deployment coredns -o 'jsonpath={.spec.replicas}')" = ${replicas} ]`,
      ),
    },
    { name: "number of DNS servers" },
  );

/** Once there is more than one node, servers that share one are told to spread. */
export const coreDnsSpread = (): Task =>
  command(
    {
      run: sh`${kube}
kube -n kube-system rollout restart deployment coredns >/dev/null
kube -n kube-system rollout status deployment coredns --timeout=120s >/dev/null`,
      unless: inCluster("DNS is on more than one node", spread),
    },
    { name: "place of DNS servers" },
  );

/** True as well where there is one node, or one server. */
const spread = sh`nodes=$(kube get nodes --no-headers 2>/dev/null | awk '$2 == "Ready"' | wc -l)
held=$(kube -n kube-system get pods -l k8s-app=kube-dns -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\\n"}{end}')
[ "$nodes" -le 1 ] || [ "$(printf '%s\\n' "$held" | wc -l)" -le 1 ] || [ "$(printf '%s\\n' "$held" | sort -u | wc -l)" -gt 1 ]`;

/** Changed in the cluster's own configuration of kube-proxy; its pods are then made anew, a few at a time. */
export const kubeProxyMode = (mode: string): Task =>
  command(
    {
      run: sh`set -eu
${kube}
wanted=${mode}
kube -n kube-system get configmap kube-proxy -o yaml | sed "s/^    mode: .*/    mode: $wanted/" | kube -n kube-system replace -f - >/dev/null
kube -n kube-system rollout restart daemonset kube-proxy >/dev/null
kube -n kube-system rollout status daemonset kube-proxy --timeout=300s >/dev/null`,
      unless: inCluster(
        `kube-proxy uses ${mode}`,
        sh`kube -n kube-system get configmap kube-proxy -o 'jsonpath={.data.config\\.conf}' | grep -qxF ${`mode: ${mode}`}`,
      ),
    },
    { name: "mode of kube-proxy" },
  );
