import {
  change,
  defineOperation,
  type GateAnswer,
  type Host,
  type Probe,
  predict,
  type Ref,
  run,
  sh,
  TaskRefusal,
  z,
} from "ts-play";
import { likeness, NETWORK_MANIFEST } from "./apply.ts";
import { initFile } from "./kubeadm-config.ts";
import { kube } from "./kubectl.ts";
import { type NodeState, nodeState } from "./node-state.ts";
import { withdrawal } from "./tidy.ts";
import { type ClusterVars, clusterVars } from "./vars.ts";

/** What every control plane has said about itself, in the order of the inventory, before anything was begun. */
export type Seen = readonly GateAnswer<NodeState>[];

const args = z.strictObject({
  cluster: clusterVars,
  name: z.string().describe("name of this node"),
  address: z.string().describe("its own address"),
  seen: z.custom<Seen | Ref<Seen>>().describe("states of all control planes"),
});

/** Begins a cluster on the one control plane that is chosen for it, and on no other. */
export const kubeadmInit = defineOperation<typeof args, { readonly node: Probe<NodeState> }>({
  name: "kubeadmInit",
  summary:
    "Begins a cluster with kubeadm where none of the control planes has one yet; goes on with one that was interrupted.",
  args,
  example: "kubeadmInit({ cluster, name: host.name, address: host.address, seen })",
  subject: ({ cluster }) => cluster.name,
  read: ({ name }) => ({ node: nodeState(name) }),
  plan: ({ args, current: { node } }) => {
    const seen = args.seen as Seen;
    if (node.stage === "master") return refuseStranger(args.name, node, seen);
    if (founderOf(seen, args.name) !== args.name) return [];
    return [beginning(args, node)];
  },
});

/**
 * Who begins: nobody when there is a cluster; who was interrupted while beginning; else the first that has nothing. All decide from
 * the same answers, so only one takes itself for it. Throws TaskRefusal when a second cluster might come of it.
 */
export function founderOf(seen: Seen, asking: string): string | undefined {
  const at = (...stages: readonly string[]) =>
    seen.filter(({ answer }) => answer && stages.includes(answer.stage)).map(({ host }) => host);
  if (at("master").length > 0) return undefined;
  const [silent] = at("silent");
  if (silent)
    throw new TaskRefusal(
      `${silent.name} holds a cluster that does not answer`,
      `look at it first: journalctl -u kubelet on ${silent.name}`,
    );
  const unknown = seen.find(({ answer }) => answer === undefined)?.host;
  if (unknown) {
    throw new TaskRefusal(
      `whether ${unknown.name} holds a cluster cannot be asked, so no other is begun on ${asking}`,
      "bring it back, or take it out of the inventory when it is gone for good",
    );
  }
  return (at("partial")[0] ?? at("none")[0])?.name;
}

function refuseStranger(name: string, node: NodeState, seen: Seen): readonly [] {
  const other = seen.find(({ answer }) => answer?.stage === "master" && answer.ca !== node.ca);
  if (other === undefined) return [];
  throw new TaskRefusal(
    `${name} and ${other.host.name} belong to two different clusters`,
    "reset the one that should not be (kubeadm reset), or correct the inventory",
  );
}

/** The token that an init makes, marked as ours, is deleted: nodes are given one of their own when they join. */
function beginning(
  { cluster, name, address }: { cluster: ClusterVars } & Pick<Host, "name" | "address">,
  node: NodeState,
) {
  const again = node.stage === "partial";
  return run(
    sh`set -eu
config=$(cat)
${known}
${again || cluster.etcd === undefined ? sh`` : emptyEtcd(cluster.etcd)}
printf '%s\\n' "$config" | kubeadm init --config /dev/stdin --skip-token-print ${again ? ["--skip-phases=preflight"] : []} >/var/log/kubeadm-init.log 2>&1 || {
  code=$?
  tail -n 40 /var/log/kubeadm-init.log >&2
  exit "$code"
}
${kube}
${withdrawal}`,
    {
      stdin: initFile(cluster, { name, address }),
      changes: [change("cluster", again ? "interrupted" : undefined, `begun on ${name}`)],
      effects: [
        predict(nodeState(name), (before) => ({ ...before, stage: "master" as const })),
        predict(likeness(NETWORK_MANIFEST), "different"),
      ],
    },
  );
}

/** What kubeadm's init only warns of: a setting that it does not know is left out without a further word. */
const known = sh`found=$(printf '%s\\n' "$config" | kubeadm config validate --config /dev/stdin 2>&1) || {
  printf 'kubeadm does not take the configuration (kube_kubelet, kube_proxy): %s\\n' "$found" >&2
  exit 1
}`;

/**
 * An etcd of its own outlives clusters: on the data of an earlier one the new apiserver would bring that back to life. An error of
 * etcd, such as that it has no majority, comes as an answer too, and is not one that says that nothing is there.
 */
export const emptyEtcd = ({ endpoints, caFile, certFile, keyFile }: NonNullable<ClusterVars["etcd"]>) =>
  sh`seen=$(curl -s --max-time 10 --cacert ${caFile} --cert ${certFile} --key ${keyFile} -X POST -d ${REGISTRY} ${`${endpoints[0]}/v3/kv/range`}) || {
  echo "etcd does not answer at "${endpoints[0]!} >&2
  exit 1
}
case $seen in *'"count"'*)
  echo 'etcd holds the data of an earlier cluster below /registry: delete them, or take another etcd' >&2
  exit 1 ;;
*'"header"'*) ;;
*)
  printf 'etcd does not say whether it holds a cluster already: %s\\n' "$seen" >&2
  exit 1 ;;
esac`;

/** Asks how many keys begin with `/registry`; keys are in base64. */
const REGISTRY = JSON.stringify({ key: "L3JlZ2lzdHJ5", range_end: "L3JlZ2lzdHJ6", count_only: true });
