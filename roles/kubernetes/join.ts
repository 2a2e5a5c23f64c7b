import {
  type Content,
  change,
  defineOperation,
  type Probe,
  predict,
  run,
  type Step,
  sh,
  TaskRefusal,
  z,
} from "ts-play";
import { memberAt, peerUrl } from "../etcd/member.ts";
import { quorumObjection } from "../etcd/quorum.ts";
import { kube } from "./kubectl.ts";
import { takingOut } from "./member-removal.ts";
import { type NodeState, nodeState } from "./node-state.ts";
import { type EtcdSeen, etcdAt } from "./stacked-etcd.ts";
import { countedByPeers, ownEndpoint, stageByPeers, throughPeer } from "./through-peer.ts";

const args = z.strictObject({
  as: z.enum(["master", "worker"]).describe("what the node is to be"),
  name: z.string().describe("name of the node"),
  file: z.custom<Content>().describe("the file for kubeadm, with what the cluster wants to be shown"),
  criSocket: z.string().describe("where the container runtime is"),
  address: z.string().optional().describe("where its member of a stacked etcd is; by default it has none"),
  others: z
    .array(z.string())
    .readonly()
    .default([])
    .describe("where the other control planes are: they are asked what an interrupted joining left in etcd"),
  own: ownEndpoint.optional().describe("where the host has the endpoint's address itself (LVS)"),
});

type Arguments = z.output<typeof args>;
type Reads = {
  readonly node: Probe<NodeState>;
  readonly etcd: Probe<EtcdSeen>;
  readonly counted: Probe<boolean | undefined>;
};

/** Makes a host a node of the cluster that exists. */
export const kubeadmJoin = defineOperation<typeof args, Reads>({
  name: "kubeadmJoin",
  summary:
    "Makes a host a node of a cluster with kubeadm; one whose joining was interrupted is cleaned, after etcd was asked, and joins anew.",
  args,
  example: 'kubeadmJoin({ as: "worker", name: host.name, file, criSocket: "unix:///run/containerd/containerd.sock" })',
  subject: ({ name }) => name,
  read: ({ name, others, own }) => ({
    node: nodeState(name),
    etcd: etcdAt(others),
    counted: countedByPeers({ name, peers: own?.peers ?? [] }),
  }),
  plan: ({ args, current: { node: seen, etcd, counted } }) => {
    const node = { ...seen, stage: stageByPeers(seen.stage, counted) };
    if (node.stage === args.as) return [];
    if (node.stage === "silent") {
      throw new TaskRefusal(
        "it has the files of a control plane, but the cluster does not answer it",
        "journalctl -u kubelet there, and look at the balancer",
      );
    }
    if (node.stage === "master" || node.stage === "worker")
      throw new TaskRefusal(
        `it is a ${node.stage} already, not a ${args.as}`,
        "remove the node first, then let it join as what it is to be",
      );
    return [...(node.stage === "partial" ? [...leaving(args, etcd), cleaning(args, node)] : []), joining(args, node)];
  },
});

/** What it left in etcd goes first, by its id; refused where the others need it, or could not take it in again. */
function leaving({ address, others }: Arguments, etcd: EtcdSeen): readonly Step[] {
  if (address === undefined || etcd === "no key") return [];
  if (etcd === undefined)
    throw new TaskRefusal(
      "its joining was interrupted, and no other control plane says whether etcd has a member of it",
      "bring the etcd of the others back first: look into /var/log/pods/kube-system_etcd-* there",
    );
  const member = memberAt(etcd.members, peerUrl(address));
  if (member === undefined) return [];
  const rest = etcd.members.filter(({ id }) => id !== member.id);
  const objection =
    quorumObjection(etcd.members, { kind: "remove", member: member.id }) ?? quorumObjection(rest, { kind: "add" });
  if (objection !== undefined)
    throw new TaskRefusal(
      `its joining was interrupted, and its member of etcd cannot be taken out: ${objection}`,
      "bring the other members back first",
    );
  return [takingOut(member, others)];
}

/**
 * kubeadm takes no node for a new one as long as another of its name reports. Where the cluster cannot be told now, joining will say so.
 */
const cleaning = ({ criSocket, name, own }: Arguments, node: NodeState) =>
  run(
    sh`${throughPeer(own)}systemctl stop kubelet
${kube}
[ ! -s $KUBECONFIG ] || kube delete node ${name} --ignore-not-found >/dev/null 2>&1 || :
kubeadm reset --force --cri-socket ${criSocket} >/var/log/kubeadm-reset.log 2>&1 || { tail -n 20 /var/log/kubeadm-reset.log >&2; exit 1; }`,
    {
      changes: [change("node", node.stage, "cleaned")],
      effects: [predict(nodeState(name), { stage: "none", ca: undefined })],
    },
  );

const joining = ({ as, file, name, own }: Arguments, node: NodeState) =>
  run(
    sh`${throughPeer(own)}kubeadm join --config /dev/stdin >/var/log/kubeadm-join.log 2>&1 || {
  code=$?
  tail -n 40 /var/log/kubeadm-join.log >&2
  exit "$code"
}`,
    {
      stdin: file,
      changes: [change("node", node.stage, as)],
      effects: [predict(nodeState(name), (before) => ({ ...before, stage: as }))],
    },
  );
