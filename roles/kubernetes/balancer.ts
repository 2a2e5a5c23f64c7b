import { type Play, play } from "ts-play";
import { haproxy } from "../haproxy/role.ts";
import { serversOf } from "../haproxy/servers.ts";
import { haproxyPreflight } from "../haproxy-preflight/role.ts";
import { lowestFirst, membersOf } from "../keepalived/members.ts";
import { keepalived } from "../keepalived/role.ts";
import { keepalivedPreflight } from "../keepalived-preflight/role.ts";
import { lvsDirector, lvsPreflight, lvsRealServer } from "../lvs/role.ts";
import { balancersOf, type ClusterSite, endpointOf } from "./cluster.ts";

/** Says what is in the way of a balancer while nothing is changed yet. */
export const balancerPreflight = (site: ClusterSite): readonly Play[] =>
  site.vars.kube_balancer !== "keepalived"
    ? []
    : [
        play({
          title: "Nothing is in the way of the balancers",
          on: balancersOf(site),
          roles: [haproxyPreflight({ of: apiBalancer(site) }), keepalivedPreflight({ of: apiAddress(site) })],
        }),
      ];

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

function lvsPlays(site: ClusterSite): readonly Play[] {
  const { groups } = site;
  const { address, port } = endpointOf(site);
  const directors = groups.balancers.map((one) => ({ name: one.name, address: one.address }));
  const services = [
    {
      address,
      port,
      check: { kind: "https" as const, path: "/readyz" },
      realServers: groups.masters.map((one) => ({ name: one.name, address: one.address })),
    },
  ];
  return [
    play({
      title: "Nothing is in the way of the balancers",
      on: groups.balancers.and(groups.masters),
      roles: [lvsPreflight({ services, directors })],
    }),
    play({
      title: "Nobody else has their address",
      on: groups.balancers,
      roles: [keepalivedPreflight({ of: apiAddress(site), neighbours: groups.masters.map(({ address }) => address) })],
    }),
    play({
      title: "Real servers",
      on: groups.masters,
      roles: [lvsRealServer({ addresses: [address], directors: directors.map((one) => one.address) })],
    }),
    play({
      title: "Directors",
      on: lowestFirst(groups.balancers),
      batch: 1,
      roles: [apiAddress(site), lvsDirector({ services, directors })],
    }),
  ];
}
