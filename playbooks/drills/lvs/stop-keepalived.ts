import { defineDrill, stopUnit, theHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** It empties its table and gives the address away as it ends. */
export default defineDrill({
  summary: "keepalived of the director that holds the address is stopped.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, { victim: theHolder(given.groups.directors), faults: [stopUnit("keepalived")], mustMove: true }),
});
