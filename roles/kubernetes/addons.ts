import { command, sh, type Task } from "ts-play";
import { inCluster } from "./in-cluster.ts";
import { initFile, type Node } from "./kubeadm-config.ts";
import { kube } from "./kubectl.ts";
import type { ClusterVars } from "./vars.ts";

const OBJECTS = { coredns: "deployment/coredns", "kube-proxy": "daemonset/kube-proxy" } as const;

/** What kubeadm makes last; a cluster whose beginning was interrupted just there is given it now. */
export const addonsThere = (cluster: ClusterVars, node: Node): readonly Task[] =>
  cluster.addons.map((addon) =>
    command(
      {
        run: sh`kubeadm init phase addon ${addon} --config /dev/stdin >/dev/null`,
        stdin: initFile(cluster, node),
        unless: inCluster(`there is ${addon}`, sh`kube -n kube-system get ${OBJECTS[addon]} -o name >/dev/null 2>&1`),
      },
      { name: `addon ${addon}` },
    ),
  );

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

/** Once there is more than one node, servers that share one are told to spread: one is made anew, and keeps away from the other. */
export const coreDnsSpread = (): Task =>
  command(
    {
      run: sh`set -eu
${kube}
kube -n kube-system rollout status deployment coredns --timeout=120s >/dev/null 2>&1 || :
${sharers}
[ -z "$(sharers)" ] || kubectl -n kube-system delete pod "$(sharers | head -n 1)" --timeout=60s >/dev/null
kubectl -n kube-system rollout status deployment coredns --timeout=120s >/dev/null`,
      unless: inCluster(
        "DNS is on more than one node",
        sh`${sharers}
[ -z "$(sharers)" ]`,
      ),
    },
    { name: "place of DNS servers" },
  );

/** Names of the DNS servers, where all share a node though there is another that could carry one. */
const sharers = sh`sharers() {
  [ "$(kube get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.taints[?(@.effect!="PreferNoSchedule")].key}{"\\n"}{end}' 2>/dev/null |
    awk '{ for (i = 2; i <= NF; i++) if ($i != "node-role.kubernetes.io/control-plane") next; print }' | wc -l)" -gt 1 ] || return 0
  kube -n kube-system get pods -l k8s-app=kube-dns -o 'jsonpath={range .items[*]}{.metadata.name}|{.spec.nodeName}|{.metadata.deletionTimestamp}{"\\n"}{end}' |
    awk -F '|' '$2 != "" && $3 == "" { names = names $1 "\\n"; count++; if (!($2 in seen)) { seen[$2]; nodes++ } } END { if (count > 1 && nodes == 1) printf "%s", names }'
}
`;

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
