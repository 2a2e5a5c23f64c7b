import { assert, type Task } from "ts-play";
import { type BalancerHere, kindObjections } from "./balancer-kind.ts";
import { type ClusterSite, versionOf } from "./cluster.ts";
import { type EndpointHere, endpointObjections, moveObjections } from "./endpoint-guard.ts";
import type { Objection } from "./objection.ts";

/** What a host says of itself. */
interface Here {
  readonly kubelet: string | undefined;
  readonly endpoint: EndpointHere & BalancerHere;
}

/** Refusals of a cluster that is another than the inventory's, before any host is changed. `moving`: the endpoint may be another than the inventory's. */
export const layoutFit = (site: ClusterSite, { kubelet, endpoint }: Here, moving = false): readonly Task[] =>
  [
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
