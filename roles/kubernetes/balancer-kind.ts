import { LABEL, type Loopback } from "../lvs/loopback-addresses.ts";
import { type ClusterSite, endpointOf } from "./cluster.ts";
import type { Offered } from "./endpoint-before.ts";
import { addressIn } from "./endpoint-places.ts";

/** What of a balancer is on a host. */
export interface BalancerHere {
  readonly offered: Offered;
  readonly loopback: Loopback;
  /** The text of /etc/hosts. */
  readonly hosts: string | undefined;
}

/**
 * A balancer of another kind than the inventory's, where the old one would not be closed, or not before the new one has its address: two would
 * hold it, and nodes lose the cluster.
 */
export const kindObjections = (site: ClusterSite, here: BalancerHere) => [
  ...haproxyObjections(site, here),
  ...lvsObjections(site, here),
];

/** A director has keepalived as well, and no haproxy. */
function haproxyObjections(site: ClusterSite, { offered: { ports, addresses } }: BalancerHere) {
  const { address } = endpointOf(site);
  const { kube_balancer: kind } = site.vars;
  if (kind === "keepalived" || ports.length === 0 || !addresses.includes(address)) return [];
  const another = kind === "lvs" ? "" : ", or give the new balancer another virtual_ip and run kubernetes-endpoint.ts";
  return [
    {
      message: `haproxy and keepalived here offer the cluster at ${address}, and kube_balancer is ${kind}: two would hold the address`,
      fix: `leave kube_balancer at keepalived${another}`,
    },
  ];
}

function lvsObjections(site: ClusterSite, { loopback: { carried, enabled }, hosts }: BalancerHere) {
  const { host, address } = endpointOf(site);
  const { kube_balancer: kind } = site.vars;
  const ours = [...enabled, ...carried.filter(({ label }) => label === LABEL).map((one) => one.address)];
  const there = [address, addressIn(hosts ?? "", host)].find((one) => one !== undefined && ours.includes(one));
  if (kind === "lvs" || there === undefined) return [];
  return [
    {
      message: `LVS directors hand this host what comes for ${there}, and kube_balancer is ${kind}: the address would stay on lo`,
      fix: "leave kube_balancer at lvs",
    },
  ];
}
