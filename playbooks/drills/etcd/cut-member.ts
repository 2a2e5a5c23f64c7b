import { cutNetwork, defineDrill, notTheHolder } from "ts-play";
import { etcdDrillArgs, etcdInventory, onEtcd } from "../parts/etcd.ts";

/** It lives on and sees nobody; with pre-vote it unseats nobody when it comes back. */
export default defineDrill({
  summary: "A follower of etcd is cut off the network.",
  inventory: etcdInventory,
  args: etcdDrillArgs,
  scenario: (given) =>
    onEtcd(given, { victim: notTheHolder(given.groups.etcd), faults: [cutNetwork()], mustMove: false }),
});
