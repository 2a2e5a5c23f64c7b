import { defineDrill, stopUnit, theHolder } from "ts-play";
import { inventory } from "../web.ts";
import { drillArgs, onVirtualIp } from "./parts/virtual-ip.ts";

/** The check of the local balancer must fail, and the address leave. */
export default defineDrill({
  summary: "The balancer of the host that holds the address is stopped.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [stopUnit("haproxy")],
      mustMove: true,
    }),
});
