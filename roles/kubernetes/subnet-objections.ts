import { BlockList, isIP } from "node:net";
import type { InventoryObjection } from "ts-play";
import type { ClusterSite } from "./cluster.ts";
import { familyOf, hostsOf } from "./host-objections.ts";
import { podPools } from "./pod-pools.ts";

/** Subnets of pods and services that kubeadm does not take, that swallow hosts or each other, or that the network of pods does not carry. */
export const subnetObjections = (site: ClusterSite): readonly InventoryObjection[] => [
  ...sizeObjections(site),
  ...swallowedObjections(site),
  ...overlapObjections(site),
  ...podNetworkObjections(site),
];

const lengthOf = (subnet: string): number => Number(subnet.split("/")[1]);

/** kubeadm's own limits, and the part of the subnet that the controller-manager gives each node. */
const LIMITS = {
  IPv4: { services: [12, 28], pods: 8, node: 24 },
  IPv6: { services: [108, 124], pods: 48, node: 64 },
} as const;

function sizeObjections({ groups, vars }: ClusterSite): readonly InventoryObjection[] {
  const { kube_pod_subnet: pods, kube_service_subnet: services } = vars;
  const {
    services: [largest, smallest],
    pods: widest,
    node,
  } = { ...LIMITS[familyOf(services)], ...podLimits(pods) };
  const [podLength, serviceLength] = [lengthOf(pods), lengthOf(services)];
  const nodes = groups.masters.and(groups.workers).size;
  const room = 2 ** (node - podLength);
  return [
    serviceLength < largest || serviceLength > smallest
      ? {
          message: `kube_service_subnet ${services} is too ${serviceLength < largest ? "large" : "small"}`,
          fix: `take a prefix from /${largest} to /${smallest}`,
          variable: "kube_service_subnet",
        }
      : undefined,
    podLength < widest
      ? {
          message: `kube_pod_subnet ${pods} is too large`,
          fix: `take a prefix from /${widest} on`,
          variable: POD_SUBNET,
        }
      : undefined,
    room < nodes
      ? {
          message: `kube_pod_subnet ${pods} has room for ${Math.floor(room)} nodes (/${node} for each), and there are ${nodes}`,
          fix: "take a shorter prefix",
          variable: POD_SUBNET,
        }
      : undefined,
    familyOf(pods) !== familyOf(services)
      ? {
          message: `pods have addresses of ${familyOf(pods)} (${pods}), and services of ${familyOf(services)} (${services})`,
          fix: "take the same for both",
          variable: POD_SUBNET,
        }
      : undefined,
  ].filter((one) => one !== undefined);
}

const POD_SUBNET = "kube_pod_subnet";

const podLimits = (pods: string) => {
  const { pods: widest, node } = LIMITS[familyOf(pods)];
  return { pods: widest, node };
};

/** Routes to pods and services would swallow those to hosts. */
function swallowedObjections(site: ClusterSite): readonly InventoryObjection[] {
  const { vars } = site;
  const endpoint = vars.virtual_ip ? [{ name: "the endpoint", address: vars.virtual_ip }] : [];
  return ([POD_SUBNET, "kube_service_subnet"] as const).flatMap((variable) =>
    [...hostsOf(site), ...endpoint]
      .filter(({ address }) => contains(vars[variable], address))
      .map(({ name, address }) => ({
        message: `${name} (${address}) lies in ${variable} ${vars[variable]}`,
        fix: `take another ${variable}`,
        variable,
      })),
  );
}

function overlapObjections({ vars }: ClusterSite): readonly InventoryObjection[] {
  const [pods, services] = [vars.kube_pod_subnet, vars.kube_service_subnet];
  const overlap = contains(pods, services.split("/")[0]!) || contains(services, pods.split("/")[0]!);
  return overlap
    ? [
        {
          message: `pods (${pods}) and services (${services}) overlap`,
          fix: "take subnets apart from each other",
          variable: "kube_service_subnet",
        },
      ]
    : [];
}

/** Nodes are given parts of one subnet, and the network would carry another. */
function podNetworkObjections({ vars }: ClusterSite): readonly InventoryObjection[] {
  const { kube_network: network, kube_pod_subnet: pods } = vars;
  const variable = "kube_network";
  if (network.kind === "manifest") return manifestObjections(network.file, pods).map((one) => ({ ...one, variable }));
  if (familyOf(pods) === "IPv6")
    return [
      {
        message: `flannel carries pods of IPv4 here, and kube_pod_subnet is ${pods}`,
        fix: "bring a network by its manifest, kube_network: { kind: manifest, file: ... }",
        variable,
      },
    ];
  if (network.podSubnet === pods) return [];
  return [
    {
      message: `flannel is to carry pods of ${network.podSubnet}, and kube_pod_subnet is ${pods}`,
      fix: `set kube_network: { kind: flannel, podSubnet: ${pods} }`,
      variable,
    },
  ];
}

function manifestObjections(file: string, pods: string): readonly InventoryObjection[] {
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
  contains(outer, inner.split("/")[0]!) && lengthOf(inner) >= lengthOf(outer);

function contains(subnet: string, address: string): boolean {
  const [network = "", prefix] = subnet.split("/");
  const kind = isIP(network);
  if (isIP(address) !== kind) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), kind === 6 ? "ipv6" : "ipv4");
  return list.check(address, kind === 6 ? "ipv6" : "ipv4");
}
