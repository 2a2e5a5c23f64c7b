import { defineDrill, stopUnit, theHolder } from "ts-play";
import { inventory } from "../web.ts";
import { drillArgs, onVirtualIp } from "./parts/virtual-ip.ts";

/** It gives the address away as it ends, so this is the shortest outage of all. */
export default defineDrill({
  summary: "keepalived of the host that holds the address is stopped.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [stopUnit("keepalived")],
      mustMove: true,
    }),
});
