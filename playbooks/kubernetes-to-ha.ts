import { definePlaybook } from "ts-play";
import {
  dns,
  etcd,
  firstMaster,
  kubeconfig,
  labels,
  masters,
  moveEndpoint,
  podNetwork,
  prepare,
  runtime,
  verify,
  workers,
} from "../roles/kubernetes/plays.ts";
import { inventory } from "./site.ts";

/** The inventory went from one control plane without a balancer to several behind one. */
export default definePlaybook({
  summary:
    "Makes a cluster of one control plane a highly available one: balancer, certificates, endpoint, then the other control planes.",
  inventory,
  plays: (site) => [
    ...prepare(site, true), // hosts for the new control planes and the balancer
    ...runtime(site),
    ...moveEndpoint(site), //  from the one control plane to the balancer
    ...etcd(site),
    ...firstMaster(site), //   there is one: begins nothing
    ...podNetwork(site),
    ...masters(site), //       the others join
    ...workers(site),
    ...labels(site),
    ...dns(site),
    ...kubeconfig(site),
    ...verify(site),
  ],
});
