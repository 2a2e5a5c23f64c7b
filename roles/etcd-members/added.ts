import { change, defineOperation, predict, run, type Step, TaskRefusal, type z } from "ts-play";
import { etcdCluster } from "../etcd/cluster-probe.ts";
import { type Cluster, hasJoined, type Member, memberAt, peerUrl } from "../etcd/member.ts";
import { quorumObjection } from "../etcd/quorum.ts";
import { newcomer, standing } from "./arguments.ts";
import { askFor, CONNECTING } from "./asking.ts";

/** Makes a host a member of the cluster that is there. */
export const etcdAdded = defineOperation({
  name: "etcdAdded",
  summary: "Adds a host to a cluster of etcd as a learner: it has no vote yet, so nothing depends on it.",
  args: newcomer,
  example: `etcdAdded({
  name: "etcd4",
  address: "10.0.0.7",
  endpoints: ["https://10.0.0.4:2379"],
  pki: "/etc/etcd/pki",
  dataDir: "/var/lib/etcd",
})`,
  subject: ({ name }) => name,
  read: standing,
  plan: ({ args, current: { hasLog, cluster } }) => {
    const member = memberAt(cluster?.members ?? [], peerUrl(args.address));
    if (hasLog && (member || cluster === undefined)) return [];
    if (hasLog) throw strayData(args);
    if (cluster === undefined)
      throw new TaskRefusal("no member of the cluster answers", "build it with etcd.ts, or start its members first");
    if (member && hasJoined(member)) throw lostData(args, member);
    return member ? [] : [add(args, cluster)];
  },
});

type Newcomer = z.output<typeof newcomer>;

const strayData = ({ name, dataDir }: Newcomer): TaskRefusal =>
  new TaskRefusal(
    `${dataDir} of ${name} holds data, but the cluster has no such member: it was removed, or belongs to another cluster`,
    "put the host into the group former_etcd and run etcd-remove.ts, which sets the data aside; then add it again",
  );

const lostData = ({ name, dataDir }: Newcomer, { id }: Member): TaskRefusal =>
  new TaskRefusal(
    `${name} is member ${id} of the cluster, but has no data in ${dataDir}`,
    "if it is lost, etcd-replace.ts lets the host join anew; if it is elsewhere, correct etcd_data_dir",
  );

function add(args: Newcomer, { members, alarms }: Cluster): Step {
  const objection =
    quorumObjection(members, { kind: "add" }) ??
    (alarms.length > 0 ? `the cluster has the alarm ${alarms.join(", ")}` : undefined) ??
    namesake(args, members);
  if (objection !== undefined)
    throw new TaskRefusal(`${args.name} cannot join now: ${objection}`, "mend that first, and run this again");
  const request = ["member", "add", args.name, "--learner", `--peer-urls=${peerUrl(args.address)}`];
  return run(askFor(args, request, CONNECTING), {
    changes: [change("member", "absent", "learner")],
    effects: [predict(etcdCluster(args), (before) => before && { ...before, members: [...members, pending(args)] })],
  });
}

/** Start flags tell members apart by their names. */
function namesake({ name }: Newcomer, members: readonly Member[]): string | undefined {
  const other = members.find((member) => member.name === name);
  return (
    other && `member ${other.id} at ${other.peerUrls.join(", ")} has that name: take it out first (etcd-remove.ts)`
  );
}

/** A member that has been added, as the list shows it before it is started. */
const pending = ({ address }: Newcomer): Member => ({
  id: "0",
  name: "",
  peerUrls: [peerUrl(address)],
  clientUrls: [],
  learner: true,
  healthy: false,
  leader: false,
  version: undefined,
  dbBytes: undefined,
  raftIndex: undefined,
});
