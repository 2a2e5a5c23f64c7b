import { defineDrill, freezeUnit, theHolder } from "ts-play";
import { inventory } from "../web.ts";
import { drillArgs, onVirtualIp } from "./parts/virtual-ip.ts";

/** Worse than a stopped one, because only a check with a deadline notices. */
export default defineDrill({
  summary: "The balancer of the host that holds the address is frozen: it takes connections and never answers.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [freezeUnit("haproxy")],
      mustMove: true,
    }),
});
