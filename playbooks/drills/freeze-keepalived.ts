import { defineDrill, freezeUnit, theHolder } from "ts-play";
import { inventory } from "../web.ts";
import { onVirtualIp, twoHoldersArgs } from "./parts/virtual-ip.ts";

/** A frozen keepalived keeps the address on its host while another takes it: two hold it until it thaws. */
export default defineDrill({
  summary: "keepalived of the host that holds the address is frozen.",
  inventory,
  args: twoHoldersArgs,
  scenario: (given) =>
    onVirtualIp(given, {
      victim: theHolder(given.groups.loadbalancers),
      faults: [freezeUnit("keepalived")],
      mustMove: true,
    }),
});
