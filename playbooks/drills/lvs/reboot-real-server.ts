import { defineDrill, notTheHolder, rebootHost } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** It must come back with the address on lo, and silent about it. */
export default defineDrill({
  summary: "One real server is restarted.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, { victim: notTheHolder(given.groups.real_servers), faults: [rebootHost()], mustMove: false }),
});
