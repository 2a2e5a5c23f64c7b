import { defineDrill, killUnit, theHolder } from "ts-play";
import { etcdDrillArgs, etcdInventory, onEtcd } from "../parts/etcd.ts";

/** Its clients get no answer, and the others elect: the longest gap is one election. */
export default defineDrill({
  summary: "The leader of etcd is killed, and stays dead.",
  inventory: etcdInventory,
  args: etcdDrillArgs,
  scenario: (given) =>
    onEtcd(given, { victim: theHolder(given.groups.etcd), faults: [killUnit("etcd")], mustMove: true }),
});
