import { change, defineOperation, predict, run, TaskRefusal, z } from "ts-play";
import { etcdCluster } from "../etcd/cluster-probe.ts";
import { memberAt, peerUrl } from "../etcd/member.ts";
import { quorumObjection } from "../etcd/quorum.ts";
import { memberArguments } from "./arguments.ts";
import { askFor } from "./asking.ts";

const args = memberArguments.extend({
  waitSeconds: z.int().positive().default(900).describe("how long it may take to catch up with the others"),
});

/** Gives a learner its vote. */
export const etcdPromoted = defineOperation({
  name: "etcdPromoted",
  summary: "Gives a learner of etcd its vote, as soon as it has caught up with the others.",
  args,
  example: `etcdPromoted({
  name: "etcd4",
  address: "10.0.0.7",
  endpoints: ["https://10.0.0.4:2379"],
  pki: "/etc/etcd/pki",
})`,
  subject: ({ name }) => name,
  read: ({ endpoints, pki }) => ({ cluster: etcdCluster({ endpoints, pki }) }),
  plan: ({ args, current: { cluster } }) => {
    const { members = [] } = cluster ?? {};
    const member = memberAt(members, peerUrl(args.address));
    if (member === undefined)
      throw new TaskRefusal(`${args.name} is not a member of its cluster`, "look why it could not be added");
    if (!member.learner) return [];
    const objection = quorumObjection(members, { kind: "promote", member: member.id });
    if (objection !== undefined)
      throw new TaskRefusal(`${args.name} cannot have a vote now: ${objection}`, "mend that first, and run this again");
    const voter = members.map((one) => (one.id === member.id ? { ...one, learner: false } : one));
    return [
      run(askFor(args, ["member", "promote", member.id], { whenSaid: CATCHING_UP, tries: args.waitSeconds }), {
        changes: [change("member", "learner", "voter")],
        effects: [predict(etcdCluster(args), (before) => before && { ...before, members: voter })],
      }),
    ];
  },
});

const CATCHING_UP = ["in sync with leader", "unhealthy cluster", "not enough started members"];
