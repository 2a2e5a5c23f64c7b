import { defineRole, z } from "ts-play";
import { directorVars } from "./director-vars.ts";
import { networkFacts, sameNetwork } from "./same-network.ts";
import { realServersOf } from "./services.ts";

const { services, directors } = directorVars.shape;

/** Says what of a host's network is in the way of direct routing. In a play of its own it stops a run before any host is changed. */
export const lvsPreflight = defineRole({
  name: "lvsPreflight",
  summary:
    "Stops when a director or a real server is in another network than the others; changes nothing. In the first play it speaks before any host is changed.",
  vars: z.strictObject({ services, directors }),
  facts: networkFacts,
  tasks: ({ vars, facts, host }) => [
    sameNetwork(
      facts,
      host.address,
      [...vars.directors, ...realServersOf(vars.services)].map(({ address }) => address),
    ),
  ],
});
