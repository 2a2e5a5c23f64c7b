import { isIP, isIPv6 } from "node:net";
import type { Host, InventoryObjection } from "ts-play";
import { isNodeName } from "../os-prepare/node-name.ts";
import type { ClusterSite } from "./cluster.ts";

/** What single hosts of a cluster cannot be called, where they cannot be, and what none can be at once. */
export const hostObjections = (site: ClusterSite): readonly InventoryObjection[] => [
  ...nameObjections(site),
  ...addressObjections(site),
  ...twinObjections(site),
  ...bothObjections(site),
];

const nodesOf = ({ groups: { masters, workers } }: ClusterSite) => masters.and(workers).hosts;

/** All hosts, each once. */
export const hostsOf = ({ groups: { masters, workers, balancers, etcd } }: ClusterSite): readonly Host[] =>
  masters.and(workers).and(balancers).and(etcd).hosts;

const nameObjections = (site: ClusterSite): readonly InventoryObjection[] =>
  nodesOf(site)
    .filter(({ name }) => !isNodeName(name))
    .map(({ name }) => ({
      message: `${name} cannot be the name of a node`,
      fix: "call the host by lower-case letters, digits, dashes and dots, 63 at most",
      host: name,
    }));

/** 0.0.0.0/8, loopback, link-local, multicast, and IPv4 in the form of IPv6. */
const UNREACHABLE = /^(?:0|127|169\.254|22[4-9]|2[3-5]\d)\.|^(?:::1?$|::ffff:|fe[89ab]|ff)/i;

/** Whether no host of a network can be reached by others under an address. */
export const isUnreachable = (address: string): boolean => UNREACHABLE.test(address);

const addressObjections = (site: ClusterSite): readonly InventoryObjection[] =>
  hostsOf(site)
    .filter(({ address }) => isUnreachable(address))
    .map(({ name, address }) => ({
      message: `${name} is at ${address}, where no other host reaches it`,
      fix: "say as kube_node_ip where the others reach it",
      host: name,
    }));

const twinObjections = (site: ClusterSite): readonly InventoryObjection[] =>
  hostsOf(site).flatMap(({ name, address }, i, all) => {
    const twin = all.slice(0, i).find((other) => other.address === address);
    if (twin === undefined) return [];
    return [
      { message: `${twin.name} and ${name} have the same address ${address}`, fix: "correct one of them", host: name },
    ];
  });

function bothObjections({ groups: { masters, workers } }: ClusterSite): readonly InventoryObjection[] {
  return workers.hosts
    .filter(({ name }) => masters.hosts.some((master) => master.name === name))
    .map(({ name }) => ({
      message: `${name} is in masters and in workers, and a node is one of them`,
      fix: "take it out of workers",
      group: "workers",
    }));
}

export const familyOf = (address: string): "IPv4" | "IPv6" => (isIPv6(address.split("/")[0]!) ? "IPv6" : "IPv4");

/** An apiserver and its services speak one language, and so do kubelets and pods. */
export function familyObjections(site: ClusterSite): readonly InventoryObjection[] {
  const wanted = familyOf(site.vars.kube_service_subnet);
  return nodesOf(site)
    .filter(({ address }) => isIP(address) !== 0 && familyOf(address) !== wanted)
    .map(({ name, address }) => ({
      message: `${name} is at ${address}, and services have addresses of ${wanted} (kube_service_subnet)`,
      fix: `give it an address of ${wanted} as kube_node_ip, or take other kube_pod_subnet and kube_service_subnet`,
      host: name,
    }));
}
