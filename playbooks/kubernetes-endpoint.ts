import { definePlaybook } from "ts-play";
import { kubeconfig, layout, moveEndpoint, verify } from "../roles/kubernetes/plays.ts";
import { inventory } from "./site.ts";

/** The name, port or virtual address of a cluster's endpoint was changed in the inventory: this moves it, and puts right what has drifted. */
export default definePlaybook({
  summary:
    "Moves the endpoint of a Kubernetes cluster to where the inventory has it: certificates, balancers, nodes, what the cluster says of itself.",
  inventory,
  plays: (site) => [
    ...layout(site, true), //  what cannot stand is refused
    ...moveEndpoint(site), //  valid and reachable at the new place, then everybody there, then the old one closes
    ...kubeconfig(site), //    administrators call it there as well
    ...verify(site), //        every control plane sees the whole of it
  ],
});
