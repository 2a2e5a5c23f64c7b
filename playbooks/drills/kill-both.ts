import { defineDrill, killUnit, theHolder } from "ts-play";
import { inventory } from "../site.ts";
import { onVirtualIp, twoHoldersArgs } from "./parts/virtual-ip.ts";

/** Nobody is left to say goodbye or to take the address off. */
export default defineDrill({
  summary: "haproxy and keepalived of the holder are killed, and stay dead.",
  inventory,
  args: twoHoldersArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [killUnit("haproxy"), killUnit("keepalived")],
      mustMove: true,
    }),
});
