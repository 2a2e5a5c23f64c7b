import { defineDrill, rebootHost, theHolder } from "ts-play";
import { inventory } from "../web.ts";
import { drillArgs, onVirtualIp } from "./parts/virtual-ip.ts";

/** A real restart: everything must come back without a hand. */
export default defineDrill({
  summary: "The host that holds the address is restarted.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [rebootHost()],
      mustMove: true,
    }),
});
