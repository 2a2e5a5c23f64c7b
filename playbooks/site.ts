import { defineInventory, definePlaybook, z } from "ts-play";
import { etcdInventoryVars } from "../roles/etcd/cluster.ts";
import { clusterGroups, clusterInventoryVars } from "../roles/kubernetes/inventory.ts";
import {
  balancer,
  dns,
  etcd,
  firstMaster,
  kubeconfig,
  labels,
  masters,
  podNetwork,
  prepare,
  runtime,
  verify,
  workers,
} from "../roles/kubernetes/plays.ts";

/** What the playbooks for a cluster ask of an inventory. */
export const inventory = defineInventory({
  groups: clusterGroups,
  vars: z.object({ ...clusterInventoryVars, ...etcdInventoryVars }),
});

/** A highly available cluster from bare hosts. Each chapter is a list of plays; plays of your own can stand between them. */
export default definePlaybook({
  summary: "A highly available Kubernetes cluster: hosts, balancer, etcd, control planes, network, workers, DNS.",
  inventory,

  plays: (site) => [
    ...prepare(site), //     what cannot stand is refused; then names, kernel settings, swap, clock
    ...runtime(site), //     a container runtime; kubeadm, kubelet, kubectl
    ...balancer(site), //    one address for all apiservers: haproxy and keepalived, LVS, or none of ours
    ...etcd(site), //        on hosts of its own; else each control plane brings a member
    ...firstMaster(site), // begins the cluster, where no control plane has one yet
    ...podNetwork(site), //  without it no node is ready
    ...masters(site), //     join one at a time, while etcd is whole
    ...workers(site), //     join ten at a time; then the way in is closed
    ...labels(site), //      and taints and annotations of nodes
    ...dns(site), //         servers enough, on more than one node; how services are carried
    ...kubeconfig(site), //  of the administrator, to this machine, where kube_config_to says where
    ...verify(site), //      every control plane sees the whole of it
  ],
});
