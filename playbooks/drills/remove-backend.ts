import { defineDrill, notTheHolder, stopUnit } from "ts-play";
import { inventory } from "../web.ts";
import { drillArgs, onVirtualIp } from "./parts/virtual-ip.ts";

/** The balancers must send its clients elsewhere; the address stays. */
export default defineDrill({
  summary: "The web server of one backend is stopped.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: notTheHolder(given.groups.backends),
      faults: [stopUnit("nginx")],
      mustMove: false,
    }),
});
