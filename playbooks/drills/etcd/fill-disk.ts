import { breakBy, defineDrill, defineGate, mountPoints, notTheHolder, sh } from "ts-play";
import { etcdDrillArgs, etcdInventory, onEtcd } from "../parts/etcd.ts";

const filler = (dataDir: string): string => `${dataDir}/ts-play-drill-filler`;

/** A member whose disk is full ends as soon as it has to write more than it has room for; the others go on. */
export default defineDrill({
  summary: "The disk with the data of a follower of etcd is filled to the last byte.",
  inventory: etcdInventory,
  args: etcdDrillArgs,
  scenario: (given) => {
    const { etcd } = given.groups;
    const dataDir = given.vars.etcd_data_dir;
    const own = defineGate({
      name: `${dataDir} is a filesystem of its own`,
      probe: mountPoints(),
      objection: (seen) => {
        const shared = seen.filter(({ answer }) => !answer?.includes(dataDir)).map(({ host }) => host.name);
        return shared.length ? `not on ${shared.join(", ")}: to fill it would fill more` : undefined;
      },
    });
    const fill = breakBy("fill the disk of its data", {
      break: sh`f=${filler(dataDir)}
free=$(df -Pk ${dataDir} | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)
fallocate -l "$free"K "$f" 2>/dev/null || true
dd if=/dev/zero of="$f" bs=64k oflag=append conv=notrunc 2>/dev/null || true
[ -s "$f" ]`,
      mend: sh`rm -f -- ${filler(dataDir)}; systemctl reset-failed etcd.service 2>/dev/null; systemctl start etcd.service`,
      needs: ["fallocate", "dd"],
    });
    return onEtcd(given, {
      victim: notTheHolder(etcd),
      faults: [fill],
      mustMove: false,
      guards: [{ on: etcd, gates: [own] }],
    });
  },
});
