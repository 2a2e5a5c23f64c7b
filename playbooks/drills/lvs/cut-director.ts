import { cutNetwork, defineDrill, theHolder } from "ts-play";
import { inventory } from "../../lvs.ts";
import { onDirectors } from "../parts/lvs.ts";
import { drillArgs } from "../parts/virtual-ip.ts";

/** It lives on and believes that it holds the address; the others see nothing of it. */
export default defineDrill({
  summary: "The director that holds the address is cut off the network.",
  inventory,
  args: drillArgs,
  scenario: (given) =>
    onDirectors(given, { victim: theHolder(given.groups.directors), faults: [cutNetwork()], mustMove: true }),
});
