import { defineDrill, killUnit, theHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** systemd takes the address off; the table stays, and nobody looks after it until keepalived is started again. */
export default defineDrill({
  summary: "keepalived of the director that holds the address is killed, and stays dead.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, { victim: theHolder(given.groups.directors), faults: [killUnit("keepalived")], mustMove: true }),
});
