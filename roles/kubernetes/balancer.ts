import { type Host, type Play, play } from "ts-play";
import { haproxy } from "../haproxy/role.ts";
import { serversOf } from "../haproxy/servers.ts";
import { haproxyPreflight } from "../haproxy-preflight/role.ts";
import { lowestFirst, membersOf } from "../keepalived/members.ts";
import { keepalived } from "../keepalived/role.ts";
import { keepalivedPreflight } from "../keepalived-preflight/role.ts";
import { lvsDirector, lvsPreflight, lvsRealServer } from "../lvs/role.ts";
import { balancersOf, type ClusterSite, endpointOf } from "./cluster.ts";

/** Says what is in the way of a balancer while nothing is changed yet. */
export function balancerPreflight(site: ClusterSite): readonly Play[] {
  const title = "Nothing is in the way of the balancers";
  const { balancers, masters } = site.groups;
  switch (site.vars.kube_balancer) {
    case "keepalived":
      return [
        play({
          title,
          on: balancersOf(site),
          roles: [haproxyPreflight({ of: apiBalancer(site) }), keepalivedPreflight({ of: apiAddress(site) })],
        }),
      ];
    case "lvs":
      return [
        play({ title, on: balancers.and(masters), roles: [lvsPreflight(lvsTopology(site))] }),
        play({
          title: "Nobody else has their address",
          on: balancers,
          roles: [keepalivedPreflight({ of: apiAddress(site), neighbours: masters.map(({ address }) => address) })],
        }),
      ];
    default:
      return [];
  }
}

/** Balancers stand outside of the cluster, so that it can start without itself. */
export function balancer(site: ClusterSite): readonly Play[] {
  switch (site.vars.kube_balancer) {
    case "keepalived":
      return haproxyPlays(site);
    case "lvs":
      return lvsPlays(site);
    default:
      return [];
  }
}

/** An apiserver without etcd still takes connections, so each is asked whether it is ready. `more`: ports of an endpoint that moves. */
export const apiBalancer = (site: ClusterSite, more: readonly number[] = []) =>
  haproxy({
    services: [endpointOf(site).port, ...more].map((port, i) => ({
      name: i === 0 ? "kubernetes" : `kubernetes-${port}`,
      port,
      check: { kind: "https", verify: "none", path: "/readyz", interval: "1s", statuses: [200, 401] },
      servers: serversOf(site.groups.masters, 6443),
    })),
  });

/**
 * Called after its address, so that an instance stays what it is while another comes or goes: keepalived knows instances by their names, and members
 * of one that do not agree on its addresses do not hear each other. `more`: addresses of an endpoint that moves.
 */
export const apiAddress = (site: ClusterSite, more: readonly string[] = []) =>
  keepalived({
    members: membersOf(balancersOf(site)),
    instances: [endpointOf(site).address, ...more].map((address) => ({
      name: `kubernetes_${address.replaceAll(".", "_")}`,
      addresses: [address],
      interface: site.vars.interface,
      advertIntervalSeconds: site.vars.advert_interval,
      // A director that knows of no server is the last to hold the address.
      check: {
        kind: site.vars.kube_balancer === "lvs" ? ("ipvs" as const) : ("tcp" as const),
        port: endpointOf(site).port,
      },
    })),
  });

function haproxyPlays(site: ClusterSite): readonly Play[] {
  const balancers = balancersOf(site);
  return [
    play({ title: "Balancers", on: balancers, roles: [apiBalancer(site)] }),
    // One after the other, the holder last: there is always one to take the address.
    play({ title: "Virtual IP", on: lowestFirst(balancers), batch: 1, roles: [apiAddress(site)] }),
  ];
}

/** What the directors hand on, and who they are. */
function lvsTopology(site: ClusterSite) {
  const { masters, balancers } = site.groups;
  const named = ({ name, address }: Host) => ({ name, address });
  const { address, port } = endpointOf(site);
  return {
    services: [{ address, port, check: { kind: "https" as const, path: "/readyz" }, realServers: masters.map(named) }],
    directors: balancers.map(named),
  };
}

function lvsPlays(site: ClusterSite): readonly Play[] {
  const topology = lvsTopology(site);
  const directors = topology.directors.map(({ address }) => address);
  return [
    play({
      title: "Real servers",
      on: site.groups.masters,
      roles: [lvsRealServer({ addresses: [endpointOf(site).address], directors })],
    }),
    play({
      title: "Directors",
      on: lowestFirst(site.groups.balancers),
      batch: 1,
      roles: [apiAddress(site), lvsDirector(topology)],
    }),
  ];
}
