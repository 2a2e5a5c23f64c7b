import { Group, type Play, play } from "ts-play";
import { lowestFirst } from "../keepalived/members.ts";
import { balancer } from "./balancer.ts";
import { balancersOf, type ClusterSite, clusterOf, endpointOf } from "./cluster.ts";
import {
  addressAtBoth,
  apiServerNames,
  balancerAtBoth,
  balancerWithdrawn,
  endpointAtNodes,
  endpointInCluster,
  endpointReached,
  endpointUsed,
} from "./endpoint-roles.ts";

/**
 * Moves the endpoint of a cluster to where the inventory has it. First it is made valid and reachable at the new place, beside the old one; then each
 * node goes there; the old place closes when nobody calls it any more. Each play can be done again, so an interrupted move is ended by the next run.
 */
export const moveEndpoint = (site: ClusterSite): readonly Play[] => [
  apiServersPlay(site),
  ...bothPlays(site),
  ...nodesPlays(site),
  ...clusterEndpointPlays(site),
  ...oldPlacePlays(site),
];

/** One after the other; an apiserver takes up its new certificate without a restart. */
export const apiServersPlay = (site: ClusterSite): Play =>
  play({
    title: "Names of the apiservers",
    on: site.groups.masters,
    batch: 1,
    roles: [apiServerNames({ cluster: clusterOf(site) })],
  });

/** The endpoint at its new place, and where it was. */
function bothPlays(site: ClusterSite): readonly Play[] {
  if (site.vars.kube_balancer !== "keepalived") return balancer(site);
  const balancers = balancersOf(site);
  return [
    play({ title: "Balancers, at the old port too", on: balancers, roles: [balancerAtBoth({ site })] }),
    play({
      title: "Virtual IP, beside the old one",
      on: lowestFirst(balancers),
      batch: 1,
      roles: [addressAtBoth({ site })],
    }),
  ];
}

function nodesPlays(site: ClusterSite): readonly Play[] {
  const { masters, workers } = site.groups;
  const cluster = clusterOf(site);
  const { address } = endpointOf(site);
  return [
    play({
      title: "The endpoint answers",
      on: masters.and(workers),
      roles: [endpointReached({ endpoint: cluster.endpoint, address })],
    }),
    play({
      title: "Control planes know the endpoint",
      on: masters,
      batch: 1,
      roles: [endpointAtNodes({ cluster, address, controlPlane: true })],
    }),
    play({
      title: "Workers call the endpoint",
      on: workers,
      batch: [1, 10],
      roles: [endpointAtNodes({ cluster, address, controlPlane: false })],
    }),
  ];
}

function clusterEndpointPlays(site: ClusterSite): readonly Play[] {
  const { masters, workers } = site.groups;
  const { address, port } = endpointOf(site);
  return [
    play({
      title: "The cluster tells the endpoint",
      on: masters,
      batch: 1,
      roles: [endpointInCluster({ cluster: clusterOf(site) })],
    }),
    play({
      title: "Services come from the endpoint",
      on: masters.and(workers),
      batch: [1, 10],
      roles: [endpointUsed({ address, port })],
    }),
  ];
}

/** Where nobody calls any more: ports and addresses of the balancer as it is, and nodes that were balancers. */
function oldPlacePlays(site: ClusterSite): readonly Play[] {
  const { masters, workers } = site.groups;
  const balances = site.vars.kube_balancer === "keepalived";
  const names = balances ? balancersOf(site).map(({ name }) => name) : [];
  const others = masters.and(workers).hosts.filter(({ name }) => !names.includes(name));
  return [
    ...(balances ? balancer(site) : []),
    play({
      title: "Nothing answers at the old place",
      on: new Group("nodes that do not balance", others),
      roles: [balancerWithdrawn({})],
    }),
  ];
}
