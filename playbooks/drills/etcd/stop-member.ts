import { defineDrill, notTheHolder, stopUnit } from "ts-play";
import { etcdDrillArgs, etcdInventory, onEtcd } from "../parts/etcd.ts";

/** It says goodbye; what is left is a majority, so writes go on. */
export default defineDrill({
  summary: "A follower of etcd is stopped.",
  inventory: etcdInventory,
  args: etcdDrillArgs,
  scenario: (given) =>
    onEtcd(given, { victim: notTheHolder(given.groups.etcd), faults: [stopUnit("etcd")], mustMove: false }),
});
