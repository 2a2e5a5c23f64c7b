import { cutNetwork, defineDrill, theHolder } from "ts-play";
import { etcdDrillArgs, etcdInventory, onEtcd } from "../parts/etcd.ts";

/** It lives on and believes that it leads, until it has heard of no majority for an election timeout. */
export default defineDrill({
  summary: "The leader of etcd is cut off the network.",
  inventory: etcdInventory,
  args: etcdDrillArgs,
  scenario: (given) => onEtcd(given, { victim: theHolder(given.groups.etcd), faults: [cutNetwork()], mustMove: true }),
});
