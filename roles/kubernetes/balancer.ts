import { type Play, play } from "ts-play";
import { haproxy } from "../haproxy/role.ts";
import { serversOf } from "../haproxy/servers.ts";
import { haproxyPreflight } from "../haproxy-preflight/role.ts";
import { lowestFirst, membersOf } from "../keepalived/members.ts";
import { keepalived } from "../keepalived/role.ts";
import { keepalivedPreflight } from "../keepalived-preflight/role.ts";
import { lvsDirector, lvsRealServer } from "../lvs/role.ts";
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

/** An apiserver without etcd still takes connections, so each is asked whether it is ready. */
export const apiBalancer = (site: ClusterSite) =>
  haproxy({
    services: [
      {
        name: "kubernetes",
        port: endpointOf(site).port,
        check: { kind: "https", verify: "none", path: "/readyz", interval: "1s", statuses: [200, 401] },
        servers: serversOf(site.groups.masters, 6443),
      },
    ],
  });

export const apiAddress = (site: ClusterSite) =>
  keepalived({
    members: membersOf(balancersOf(site)),
    instances: [
      {
        name: "kubernetes",
        addresses: [endpointOf(site).address],
        interface: site.vars.interface,
        advertIntervalSeconds: site.vars.advert_interval,
        ...(site.vars.kube_balancer === "keepalived" && {
          check: { kind: "tcp" as const, port: endpointOf(site).port },
        }),
      },
    ],
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
