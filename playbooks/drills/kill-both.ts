import { defineDrill, killUnit, theHolder } from "ts-play";
import { inventory } from "../web.ts";
import { drillArgs, onVirtualIp } from "./parts/virtual-ip.ts";

/** Nobody is left to say goodbye; systemd takes the address off. */
export default defineDrill({
  summary: "haproxy and keepalived of the holder are killed, and stay dead.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [killUnit("haproxy"), killUnit("keepalived")],
      mustMove: true,
    }),
});
