import { absolutePath, change, defineOperation, predict, run, type Step, TaskRefusal, z } from "ts-play";
import { type Client, etcdCluster } from "../etcd/cluster-probe.ts";
import { handOver } from "../etcd/leadership.ts";
import { type Cluster, hasJoined, type Member, memberAt, peerUrl } from "../etcd/member.ts";
import { quorumObjection } from "../etcd/quorum.ts";
import { newcomer, standing } from "./arguments.ts";
import { askFor, CONNECTING } from "./asking.ts";

/** Takes a member out of its cluster, whether its host answers or not. */
export const etcdRemoved = defineOperation({
  name: "etcdRemoved",
  summary: "Takes a member out of a cluster of etcd, found by its peer URL; a leader hands its lead over first.",
  args: newcomer.extend({
    dataDir: absolutePath.describe("data directory of the member that asks: a host that is none yet does not"),
    onlyDead: z.boolean().default(false).describe("leave it alone while it answers: its place is taken first"),
  }),
  example: `etcdRemoved({
  name: "etcd3",
  address: "10.0.0.6",
  endpoints: ["https://10.0.0.4:2379", "https://10.0.0.5:2379"],
  pki: "/etc/etcd/pki",
  dataDir: "/var/lib/etcd",
})`,
  subject: ({ name }) => name,
  read: standing,
  plan: ({ args, current: { hasLog, cluster } }) => {
    if (!hasLog) return [];
    if (cluster === undefined)
      throw new TaskRefusal("no member of the cluster answers", "start the members that stay first");
    const member = memberAt(cluster.members, peerUrl(args.address));
    const isWanted = member !== undefined && !(args.onlyDead && member.healthy);
    return isWanted ? removal(args, cluster, member) : [];
  },
});

/** Takes out the member that a host was before it lost its data: one member can be there only once. */
export const etcdLostRemoved = defineOperation({
  name: "etcdLostRemoved",
  summary: "Takes the member out of a cluster of etcd that this host was before it lost its data.",
  args: newcomer,
  example: `etcdLostRemoved({
  name: "etcd3",
  address: "10.0.0.6",
  endpoints: ["https://10.0.0.4:2379", "https://10.0.0.5:2379"],
  pki: "/etc/etcd/pki",
  dataDir: "/var/lib/etcd",
})`,
  subject: ({ name }) => name,
  read: standing,
  plan: ({ args, current: { hasLog, cluster } }) => {
    const member = memberAt(cluster?.members ?? [], peerUrl(args.address));
    if (hasLog || cluster === undefined || member === undefined || !hasJoined(member)) return [];
    if (member.healthy)
      throw new TaskRefusal(
        `${args.name} has no data in ${args.dataDir}, but its member ${member.id} answers`,
        "its data is elsewhere: correct etcd_data_dir",
      );
    return removal(args, cluster, member);
  },
});

interface Leaving extends Client {
  readonly name: string;
}

function removal(args: Leaving, { members }: Cluster, member: Member): readonly Step[] {
  const objection = quorumObjection(members, { kind: "remove", member: member.id });
  if (objection !== undefined)
    throw new TaskRefusal(`${args.name} cannot be removed now: ${objection}`, "bring the other members up first");
  const rest = members.filter(({ id }) => id !== member.id);
  const staying = rest.filter(({ clientUrls }) => clientUrls.some((url) => args.endpoints.includes(url)));
  const [endpoint] = member.clientUrls;
  return [
    ...(member.leader && endpoint !== undefined ? handOver(args, member, endpoint, staying) : []),
    run(askFor(args, ["member", "remove", member.id], CONNECTING), {
      changes: [change("member", describe(member), "removed")],
      effects: [predict(etcdCluster(args), (before) => before && { ...before, members: rest })],
    }),
  ];
}

const describe = ({ id, name, peerUrls }: Member): string => `${id} ${name} (${peerUrls.join(", ")})`;
