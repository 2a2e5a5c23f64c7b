import { cutNetwork, defineDrill, theHolder } from "ts-play";
import { inventory } from "../web.ts";
import { drillArgs, onVirtualIp } from "./parts/virtual-ip.ts";

/** It lives on and believes that it holds the address; the others see nothing of it. */
export default defineDrill({
  summary: "The host that holds the address is cut off the network.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [cutNetwork()],
      mustMove: true,
    }),
});
