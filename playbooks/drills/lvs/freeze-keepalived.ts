import { defineDrill, freezeUnit, theHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { twoHoldersArgs } from "../parts/virtual-ip.ts";

/** A frozen keepalived keeps the address on its host while another takes it: two hold it until it thaws. */
export default defineDrill({
  summary: "keepalived of the director that holds the address is frozen.",
  inventory,
  args: twoHoldersArgs,
  scenario: (given) =>
    onDirectors(given, {
      victim: theHolder(given.groups.directors),
      faults: [freezeUnit("keepalived")],
      mustMove: true,
    }),
});
