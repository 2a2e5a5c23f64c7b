import { defineDrill, killUnit, theHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { twoHoldersArgs } from "../parts/virtual-ip.ts";

/** Address and table stay, and nobody looks after them until it is started again; another director takes the address as well. */
export default defineDrill({
  summary: "keepalived of the director that holds the address is killed, and stays dead.",
  inventory,
  args: twoHoldersArgs,
  scenario: (given) =>
    onDirectors(given, { victim: theHolder(given.groups.directors), faults: [killUnit("keepalived")], mustMove: true }),
});
