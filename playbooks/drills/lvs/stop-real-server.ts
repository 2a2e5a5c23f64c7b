import { defineDrill, notTheHolder, stopUnit } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** The directors must send its clients elsewhere; the address stays. */
export default defineDrill({
  summary: "The web server of one real server is stopped.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, {
      victim: notTheHolder(given.groups.real_servers),
      faults: [stopUnit("nginx")],
      mustMove: false,
    }),
});
