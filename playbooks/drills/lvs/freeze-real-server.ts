import { defineDrill, freezeUnit, notTheHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** Its kernel goes on to take connections, which nobody answers. */
export default defineDrill({
  summary: "The web server of one real server is frozen.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, {
      victim: notTheHolder(given.groups.real_servers),
      faults: [freezeUnit("nginx")],
      mustMove: false,
    }),
});
