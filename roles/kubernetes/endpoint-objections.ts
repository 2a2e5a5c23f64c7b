import { isIP, isIPv4 } from "node:net";
import type { InventoryObjection } from "ts-play";
import { floatingObjections } from "../keepalived/inventory-objections.ts";
import { balancersOf, type ClusterSite, endpointOf } from "./cluster.ts";
import { hostsOf, isUnreachable } from "./host-objections.ts";

/** What cannot be the endpoint of a cluster. */
export const endpointObjections = (site: ClusterSite): readonly InventoryObjection[] => [
  ...nameObjections(site),
  ...portObjections(site),
  ...(site.vars.kube_balancer === "none" ? [] : [...loneObjections(site), ...addressObjections(site)]),
];

/** Every node is told in /etc/hosts that this name is the endpoint's. */
function nameObjections(site: ClusterSite): readonly InventoryObjection[] {
  const { kube_endpoint: name } = site.vars;
  const objection = (message: string) => [
    { message, fix: "take a name that stands for the endpoint alone", variable: "kube_endpoint" },
  ];
  if (isIP(name) !== 0) return objection(`kube_endpoint is the address ${name}, and the address is virtual_ip`);
  if (/^localhost(?:\.|$)/.test(name)) return objection(`kube_endpoint is ${name}, which every host is to itself`);
  return hostsOf(site).some((host) => host.name === name)
    ? objection(`kube_endpoint is the name of the host ${name}`)
    : [];
}

/** Ports of a node, and what has them. */
const NODE_PORTS: Readonly<Record<number, string>> = {
  10248: "the kubelet's",
  10249: "kube-proxy's",
  10250: "the kubelet's",
  10256: "kube-proxy's",
};
const MASTER_PORTS: Readonly<Record<number, string>> = {
  2379: "etcd's",
  2380: "etcd's",
  2381: "etcd's",
  6443: "the apiserver's",
  10257: "the controller-manager's",
  10259: "the scheduler's",
};

function portObjections(site: ClusterSite): readonly InventoryObjection[] {
  const { port } = endpointOf(site);
  const { kube_balancer: kind } = site.vars;
  const variable = "kube_endpoint_port";
  if (kind === "none" && port !== 6443)
    return [
      {
        message: `without a balancer nobody listens on port ${port}, but the apiserver on 6443`,
        fix: `leave ${variable} out`,
        variable,
      },
    ];
  if (kind === "lvs" && port !== 6443)
    return [
      {
        message: "LVS hands packets on as they are: the port is that of the apiservers, 6443",
        fix: `leave ${variable} out`,
        variable,
      },
    ];
  return kind === "keepalived"
    ? sharedPorts(site, port).map((one) => ({ ...one, variable, group: balancersOf(site).name }))
    : [];
}

/** haproxy cannot listen where a part of the node does on which it runs. */
function sharedPorts(site: ClusterSite, port: number): readonly InventoryObjection[] {
  const { masters, workers } = site.groups;
  const fix = "take another kube_endpoint_port, or give the balancer hosts of its own (group balancers)";
  const on = (group: typeof masters) =>
    balancersOf(site).hosts.find(({ name }) => group.hosts.some((node) => node.name === name));
  const node = on(masters) ?? on(workers);
  const owner = (on(masters) && MASTER_PORTS[port]) ?? NODE_PORTS[port];
  if (node === undefined) return [];
  if (owner !== undefined)
    return [{ message: `haproxy cannot listen on port ${port} of ${node.name}, which is ${owner}`, fix }];
  return port >= 30_000 && port <= 32_767
    ? [{ message: `port ${port} of ${node.name} is one that services of the kind NodePort are given`, fix }]
    : [];
}

/** An address can only float between two hosts or more. */
function loneObjections(site: ClusterSite): readonly InventoryObjection[] {
  const { balancers, masters } = site.groups;
  const { kube_balancer: kind } = site.vars;
  if (kind === "lvs" && balancers.size === 0)
    return [
      {
        message: "LVS needs directors of its own",
        fix: "name two or more in the group balancers",
        variable: "kube_balancer",
      },
    ];
  if (kind === "external" || balancersOf(site).size !== 1) return kind === "lvs" ? nodeDirectors(site) : [];
  return balancers.size === 1
    ? [
        {
          message: `${balancers.hosts[0]!.name} balances alone, and nobody would take the address over from it`,
          fix: "name two or more in the group balancers",
          group: "balancers",
        },
      ]
    : [
        {
          message: `${masters.hosts[0]!.name} is the one control plane, and nobody would take the address over from it`,
          fix: "set kube_balancer: none, or name two hosts or more in the group balancers",
          variable: "kube_balancer",
          group: "masters",
        },
      ];
}

/** A control plane would be handed back what it hands on, and kube-proxy may empty the table of a director. */
const nodeDirectors = ({ groups: { balancers, masters, workers } }: ClusterSite): readonly InventoryObjection[] =>
  balancers.hosts
    .filter(({ name }) => masters.and(workers).hosts.some((node) => node.name === name))
    .map(({ name }) => ({
      message: `${name} is a node, and LVS needs directors of its own`,
      fix: "name other hosts in the group balancers",
      group: "balancers",
    }));

function addressObjections(site: ClusterSite): readonly InventoryObjection[] {
  const { virtual_ip: address, kube_balancer: kind } = site.vars;
  const variable = "virtual_ip";
  if (address === undefined) return [{ message: "the endpoint has no address", fix: "set virtual_ip" }];
  const holder = hostsOf(site).find((host) => host.address === address);
  const fix = "take one that no host has";
  if (holder !== undefined) return [{ message: `virtual_ip is the address of ${holder.name} itself`, fix, variable }];
  if (isUnreachable(address))
    return [{ message: `virtual_ip ${address} is no address that nodes can call`, fix, variable }];
  if (kind === "external") return [];
  if (!isIPv4(address))
    return [
      {
        message: `virtual_ip is ${address}, and addresses float and are balanced by IPv4`,
        fix: "take one of IPv4, or let others balance (kube_balancer: external)",
        variable,
      },
    ];
  // Fewer than two hosts are told of above.
  return balancersOf(site).size < 2 ? [] : floatingObjections(balancersOf(site), address);
}
