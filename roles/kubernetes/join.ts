import { type Content, change, defineOperation, type Probe, predict, run, sh, TaskRefusal, z } from "ts-play";
import { type NodeState, nodeState } from "./node-state.ts";

const args = z.strictObject({
  as: z.enum(["master", "worker"]).describe("what the node is to be"),
  name: z.string().describe("name of the node"),
  file: z.custom<Content>().describe("the file for kubeadm, with what the cluster wants to be shown"),
  criSocket: z.string().describe("where the container runtime is"),
});

type Arguments = z.output<typeof args>;

/** Makes a host a node of the cluster that exists. */
export const kubeadmJoin = defineOperation<typeof args, { readonly node: Probe<NodeState> }>({
  name: "kubeadmJoin",
  summary:
    "Makes a host a node of a cluster with kubeadm; one whose joining was interrupted is cleaned and joins anew.",
  args,
  example: 'kubeadmJoin({ as: "worker", name: host.name, file, criSocket: "unix:///run/containerd/containerd.sock" })',
  subject: ({ name }) => name,
  read: ({ name }) => ({ node: nodeState(name) }),
  plan: ({ args, current: { node } }) => {
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
    return [...(node.stage === "partial" ? [cleaning(args, node)] : []), joining(args, node)];
  },
});

/** Also takes a member that has no vote yet out of etcd, where that answers. */
const cleaning = ({ criSocket, name }: Arguments, node: NodeState) =>
  run(
    sh`kubeadm reset --force --cri-socket ${criSocket} >/var/log/kubeadm-reset.log 2>&1 || { tail -n 20 /var/log/kubeadm-reset.log >&2; exit 1; }`,
    {
      changes: [change("node", node.stage, "cleaned")],
      effects: [predict(nodeState(name), { stage: "none", ca: undefined })],
    },
  );

const joining = ({ as, file, name }: Arguments, node: NodeState) =>
  run(
    sh`kubeadm join --config /dev/stdin >/var/log/kubeadm-join.log 2>&1 || {
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
