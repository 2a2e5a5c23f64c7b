import { type Play, play } from "ts-play";
import { type ClusterSite, clusterOf, endpointOf } from "./cluster.ts";
import { refuseMasterless } from "./inventory-objections.ts";
import { endpointVerify, kubeVerify } from "./role.ts";

/** The end of a run: every control plane is asked, and what has only just begun is given time. Nothing is made for it. */
export const verify = (site: ClusterSite): readonly Play[] => [
  play({
    title: "Every control plane sees it whole",
    on: site.groups.masters,
    roles: [kubeVerify({ ...nodesOf(site), settleSeconds: 120 })],
  }),
  endpointPlay(site, 120),
];

/** A look at once, and a pod that calls a service, where there is an image for it. */
export function verifyNow(site: ClusterSite): readonly Play[] {
  refuseMasterless(site);
  return [
    play({ title: "Every control plane sees it whole", on: site.groups.masters, roles: [kubeVerify(nodesOf(site))] }),
    endpointPlay(site, 0),
    ...(site.vars.kube_probe_image === undefined
      ? []
      : [
          play({
            title: "A pod calls a service",
            on: site.groups.masters.first,
            roles: [kubeVerify({ ...nodesOf(site), image: site.vars.kube_probe_image })],
          }),
        ]),
  ];
}

/** Each node is asked for the places that it can see. */
const endpointPlay = (site: ClusterSite, settleSeconds: number): Play =>
  play({
    title: "Every place names the endpoint",
    on: site.groups.masters.and(site.groups.workers),
    roles: ({ name }) => [
      endpointVerify({
        cluster: clusterOf(site),
        address: endpointOf(site).address,
        controlPlane: site.groups.masters.hosts.some((one) => one.name === name),
        settleSeconds,
      }),
    ],
  });

const nodesOf = (site: ClusterSite) => ({
  cluster: clusterOf(site),
  certificateDays: site.vars.kube_renew_before_days,
  workers: site.groups.workers.map(({ name, address }) => ({ name, address })),
});
