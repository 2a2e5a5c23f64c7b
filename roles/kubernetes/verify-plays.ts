import { type Play, play } from "ts-play";
import { type ClusterSite, clusterOf } from "./cluster.ts";
import { kubeVerify } from "./role.ts";

/** The end of a run: every control plane is asked, and what has only just begun is given time. Nothing is made for it. */
export const verify = (site: ClusterSite): readonly Play[] => [
  play({
    title: "Every control plane sees it whole",
    on: site.groups.masters,
    roles: [kubeVerify({ ...nodesOf(site), settleSeconds: 120 })],
  }),
];

/** A look at once, and a pod that calls a service, where there is an image for it. */
export const verifyNow = (site: ClusterSite): readonly Play[] => [
  play({ title: "Every control plane sees it whole", on: site.groups.masters, roles: [kubeVerify(nodesOf(site))] }),
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

const nodesOf = (site: ClusterSite) => ({
  cluster: clusterOf(site),
  workers: site.groups.workers.map(({ name, address }) => ({ name, address })),
});
