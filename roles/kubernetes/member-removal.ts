import { change, defineOperation, type Probe, predict, run, sh, TaskRefusal, z } from "ts-play";
import { type Cluster, clientUrl, type Member, memberAt, peerUrl } from "../etcd/member.ts";
import { quorumObjection } from "../etcd/quorum.ts";
import { askEtcd, type EtcdSeen, etcdAt } from "./stacked-etcd.ts";

const args = z.strictObject({
  name: z.string().describe("name of the control plane"),
  address: z
    .string()
    .optional()
    .describe("its address, where that is known: a member is found by where it is, else by its name"),
});

const askedArgs = args.extend({
  before: z.array(args).readonly().default([]).describe("others that go before it"),
});

type Arguments = z.output<typeof args>;
type Reads = { readonly etcd: Probe<EtcdSeen> };

/** Control planes that stay ask their own member. */
export const OWN = ["127.0.0.1"];

/** Found by where it is, else by its name. */
export const memberOf = ({ name, address }: Arguments, { members }: Cluster) =>
  (address !== undefined ? memberAt(members, peerUrl(address)) : undefined) ?? members.find((one) => one.name === name);

/** Refuses to let a control plane go whose member the others need. */
export const memberCanGo = defineOperation<typeof askedArgs, Reads>({
  name: "memberCanGo",
  summary:
    "Refuses where etcd would lose its majority without this control plane and those that go before it; changes nothing itself.",
  args: askedArgs,
  example: 'memberCanGo({ name: "cp3", address: "10.0.0.3" })',
  subject: ({ name }) => name,
  read: () => ({ etcd: etcdAt(OWN) }),
  plan: ({ args: { before, ...args }, current: { etcd } }) => {
    const seen = answered(etcd);
    refuse(args, seen && without(seen, before));
    return [];
  },
});

/** Takes a control plane's member out of etcd: kubeadm does it where the host itself is reset, and nobody where it is gone. */
export const memberRemoval = defineOperation<typeof args, Reads>({
  name: "memberRemoval",
  summary: "Takes the member of a control plane out of etcd, while the others are a majority without it.",
  args,
  example: 'memberRemoval({ name: "cp3", address: "10.0.0.3" })',
  subject: ({ name }) => name,
  read: () => ({ etcd: etcdAt(OWN) }),
  plan: ({ args, current: { etcd } }) => {
    const member = refuse(args, answered(etcd));
    return member === undefined ? [] : [takingOut(member, OWN)];
  },
});

/** The step that takes a member out by its id, told to whichever of the control planes at these addresses answers. */
export function takingOut({ id }: Member, addresses: readonly string[]) {
  // The JSON of etcd takes 64 bits as decimal text.
  const asked = JSON.stringify({ ID: BigInt(`0x${id}`).toString() });
  return run(
    sh`${askEtcd}
for first in ${addresses.map(clientUrl)}; do
  ask -f -X POST -d ${asked} "$first/v3/cluster/member/remove" >/dev/null && exit
done
exit 1`,
    {
      changes: [change("member", id, "removed")],
      effects: [
        predict(etcdAt(addresses), (seen) =>
          typeof seen === "object" ? { ...seen, members: seen.members.filter((other) => other.id !== id) } : seen,
        ),
      ],
    },
  );
}

/** The cluster as it will be when these have gone. */
function without(etcd: Cluster, gone: readonly Arguments[]): Cluster {
  const ids = gone.map((one) => memberOf(one, etcd)?.id);
  return { ...etcd, members: etcd.members.filter(({ id }) => !ids.includes(id)) };
}

/** Undefined where etcd is on hosts of its own: there is nothing to ask, and nothing to remove. */
function answered(etcd: EtcdSeen): Cluster | undefined {
  if (etcd === undefined)
    throw new TaskRefusal(
      "etcd does not answer here",
      "look at it first, in /var/log/pods/kube-system_etcd-*: nothing is removed blindly",
    );
  return etcd === "no key" ? undefined : etcd;
}

function refuse(given: Arguments, etcd: Cluster | undefined) {
  const member = etcd && memberOf(given, etcd);
  if (etcd === undefined || member === undefined) return undefined;
  const objection = quorumObjection(etcd.members, { kind: "remove", member: member.id });
  if (objection !== undefined) throw new TaskRefusal(`etcd: ${objection}`, "bring the other members back first");
  return member;
}
