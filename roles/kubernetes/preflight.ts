import { BlockList, isIP } from "node:net";
import { assert, type InventoryObjection, type Task } from "ts-play";
import { type BalancerHere, kindObjections } from "./balancer-kind.ts";
import { balancersOf, type ClusterSite, endpointOf, versionOf } from "./cluster.ts";
import { type EndpointHere, endpointObjections, moveObjections } from "./endpoint-guard.ts";
import type { Objection } from "./objection.ts";
import { podPools } from "./pod-pools.ts";
import { zoneObjections } from "./tolerance.ts";

/** What a host says of itself. */
interface Here {
  readonly kubelet: string | undefined;
  readonly endpoint: EndpointHere & BalancerHere;
}

/** Refusals of a layout that could not stand, before any host is changed. `moving`: the endpoint may be another than the inventory's. */
export const layoutFit = (site: ClusterSite, { kubelet, endpoint }: Here, moving = false): readonly Task[] =>
  [
    ...layoutObjections(site),
    ...versionObjections(versionOf(site.vars.kube_source), kubelet),
    ...kindObjections(site, endpoint),
    ...(moving ? moveObjections(site, endpoint) : endpointObjections(site, endpoint)),
  ].map(refusal);

/** Refuses a host that balances in another way than the inventory has it. */
export const kindFit = (site: ClusterSite, here: BalancerHere): readonly Task[] =>
  kindObjections(site, here).map(refusal);

const refusal = (objection: Objection): Task => assert({ that: false, ...objection });

/** All nodes would be given another kubelet at once, before their apiservers: that is no upgrade. */
export const versionObjections = (wanted: string, kubelet: string | undefined): readonly Objection[] =>
  kubelet === undefined || kubelet === wanted
    ? []
    : [
        {
          message: `this node runs Kubernetes ${kubelet}, and ${wanted} is wanted: clusters are not upgraded here`,
          fix: `upgrade with kubernetes-upgrade.ts, or leave kube_source at ${kubelet}`,
        },
      ];

/** What no plays can be made for. */
export const inventoryObjections = (site: ClusterSite): readonly InventoryObjection[] => [
  ...topologyObjections(site),
  ...(site.vars.kube_balancer === "none" ? [] : [...balancerObjections(site), ...addressObjections(site)]),
];

/** What is wrong with the layout of a cluster that plays can be made for. */
export function layoutObjections(site: ClusterSite): readonly Objection[] {
  return [...zoneObjections(site), ...networkObjections(site), ...podNetworkObjections(site)];
}

function topologyObjections({ groups: { masters, etcd }, vars }: ClusterSite): readonly InventoryObjection[] {
  const objections: InventoryObjection[] = [];
  if (etcd.size === 0 && masters.size === 2 && !vars.kube_force_two_masters) {
    objections.push({
      message: "two control planes with stacked etcd: the loss of either is the loss of both",
      fix: "take one or three, give etcd hosts of its own, or set kube_force_two_masters",
      group: "masters",
    });
  }
  if (vars.kube_balancer === "none" && masters.size > 1) {
    objections.push({
      message: `${masters.size} control planes without a balancer`,
      fix: "set kube_balancer to keepalived, lvs or external",
      variable: "kube_balancer",
    });
  }
  return objections;
}

function balancerObjections(site: ClusterSite): readonly InventoryObjection[] {
  const { groups, vars } = site;
  const { port } = endpointOf(site);
  const objections = [...loneObjections(site)];
  if (vars.kube_balancer === "keepalived" && groups.balancers.size === 0 && port === 6443) {
    objections.push({
      message: "haproxy and the apiserver of a control plane cannot both listen on port 6443",
      fix: "take another kube_endpoint_port, or give the balancer hosts of its own (group balancers)",
      variable: "kube_endpoint_port",
    });
  }
  if (vars.kube_balancer === "lvs" && port !== 6443) {
    objections.push({
      message: "LVS hands packets on as they are: the port is that of the apiservers, 6443",
      fix: "leave kube_endpoint_port out",
      variable: "kube_endpoint_port",
    });
  }
  return objections;
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
  if (kind === "external" || balancersOf(site).size !== 1) return [];
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

function addressObjections({ groups, vars }: ClusterSite): readonly InventoryObjection[] {
  if (vars.virtual_ip === undefined) return [{ message: "the endpoint has no address", fix: "set virtual_ip" }];
  const all = [...groups.masters.hosts, ...groups.workers.hosts, ...groups.balancers.hosts, ...groups.etcd.hosts];
  const holder = all.find(({ address }) => address === vars.virtual_ip);
  return holder === undefined
    ? []
    : [
        {
          message: `virtual_ip is the address of ${holder.name} itself`,
          fix: "take one that no host has",
          variable: "virtual_ip",
        },
      ];
}

/** Routes to pods and services would swallow those to hosts. */
function networkObjections({ groups, vars }: ClusterSite): readonly Objection[] {
  const all = groups.masters.and(groups.workers).and(groups.balancers).and(groups.etcd).hosts;
  const hosts = [...all, ...(vars.virtual_ip ? [{ name: "the endpoint", address: vars.virtual_ip }] : [])];
  const subnets = [
    ["kube_pod_subnet", vars.kube_pod_subnet],
    ["kube_service_subnet", vars.kube_service_subnet],
  ] as const;
  const swallowed = subnets.flatMap(([name, subnet]) =>
    hosts
      .filter(({ address }) => contains(subnet, address))
      .map((host) => ({
        message: `${host.name} (${host.address}) lies in ${name} ${subnet}`,
        fix: `take another ${name}`,
      })),
  );
  const [pods, services] = [vars.kube_pod_subnet, vars.kube_service_subnet];
  const overlap = contains(pods, services.split("/")[0]!) || contains(services, pods.split("/")[0]!);
  return overlap
    ? [
        ...swallowed,
        { message: `pods (${pods}) and services (${services}) overlap`, fix: "take subnets apart from each other" },
      ]
    : swallowed;
}

/** Nodes are given parts of one subnet, and the network would carry another. */
function podNetworkObjections({ vars: { kube_network: network, kube_pod_subnet: pods } }: ClusterSite) {
  if (network.kind === "manifest") return manifestObjections(network.file, pods);
  if (network.podSubnet === pods) return [];
  return [
    {
      message: `flannel is to carry pods of ${network.podSubnet}, and kube_pod_subnet is ${pods}`,
      fix: `set kube_network: { kind: flannel, podSubnet: ${pods} }`,
    },
  ];
}

function manifestObjections(file: string, pods: string): readonly Objection[] {
  try {
    return podPools(file)
      .filter(({ subnet }) => isIP(subnet.split("/")[0]!) === isIP(pods.split("/")[0]!) && !isWithin(pods, subnet))
      .map(({ subnet, said }) => ({
        message: `${file} gives pods addresses of ${subnet} (${said}), and kube_pod_subnet is ${pods}`,
        fix: "name the same subnet in both",
      }));
  } catch (error) {
    return [{ message: `${file}: ${(error as Error).message}`, fix: "name a manifest in kube_network" }];
  }
}

const isWithin = (outer: string, inner: string): boolean =>
  contains(outer, inner.split("/")[0]!) && Number(inner.split("/")[1]) >= Number(outer.split("/")[1]);

function contains(subnet: string, address: string): boolean {
  const [network = "", prefix] = subnet.split("/");
  const kind = isIP(network);
  if (isIP(address) !== kind) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), kind === 6 ? "ipv6" : "ipv4");
  return list.check(address, kind === 6 ? "ipv6" : "ipv4");
}
