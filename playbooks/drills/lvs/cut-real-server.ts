import { cutNetwork, defineDrill, notTheHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** It refuses nothing, it is silent: only a check with a deadline notices, and until then it is handed its share of requests. */
export default defineDrill({
  summary: "One real server is cut off the network.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, { victim: notTheHolder(given.groups.real_servers), faults: [cutNetwork()], mustMove: false }),
});
