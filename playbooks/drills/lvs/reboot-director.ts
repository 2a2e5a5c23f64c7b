import { defineDrill, rebootHost, theHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** A real restart: module, settings, table and address must come back without a hand. */
export default defineDrill({
  summary: "The director that holds the address is restarted.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, { victim: theHolder(given.groups.directors), faults: [rebootHost()], mustMove: true }),
});
