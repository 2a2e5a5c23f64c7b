import { change, defineOperation, defineProbe, type Probe, predict, run, sh, TaskRefusal, z } from "ts-play";
import { kube } from "./kubectl.ts";

/** A node as the cluster knows it. */
export interface ClusterNode {
  readonly name: string;
  readonly address: string;
  readonly ready: boolean;
  readonly schedulable: boolean;
}

/** The nodes that the cluster knows; undefined on a host where it does not answer. */
export const clusterNodes = defineProbe<undefined, readonly ClusterNode[] | undefined>({
  name: "clusterNodes",
  summary:
    "Nodes that the cluster knows: name, address, whether they report and take pods; undefined where it does not answer.",
  command: () => sh`${kube}
[ -s /etc/kubernetes/admin.conf ] || exit 1
kube get nodes -o 'jsonpath={range .items[*]}{.metadata.name}|{.status.addresses[?(@.type=="InternalIP")].address}|{.status.conditions[?(@.type=="Ready")].status}|{.spec.unschedulable}{"\\n"}{end}'`,
  parse: ({ stdout, exitCode }) =>
    exitCode === 0
      ? stdout
          .split("\n")
          .filter(Boolean)
          .map((line) => {
            const [name = "", address = "", ready, unschedulable] = line.split("|");
            return { name, address, ready: ready === "True", schedulable: unschedulable !== "true" };
          })
      : undefined,
  bare: () => undefined,
  timeoutMs: 60_000,
});

/** How many pods a drain would take off a node: not those of daemon sets, of the kubelet's own files, or that have ended. */
export const podsToMove = defineProbe<string, number | undefined>({
  name: "podsToMove",
  summary: "How many pods of a node would have to go elsewhere; undefined where the cluster does not answer.",
  command: (node) => sh`${kube}
pods=$(kube get pods --all-namespaces --field-selector ${`spec.nodeName=${node}`} -o 'jsonpath={range .items[*]}pod|{.metadata.ownerReferences[*].kind}|{.metadata.annotations.kubernetes\\.io/config\\.mirror}|{.status.phase}{"\\n"}{end}') || exit 1
printf '%s\\n' "$pods" | awk -F '|' '$1 == "pod" && $2 !~ /DaemonSet/ && $3 == "" && $4 != "Succeeded" && $4 != "Failed" { count++ } END { print count + 0 }'`,
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? Number(stdout) : undefined),
  bare: () => undefined,
  timeoutMs: 60_000,
});

const drainArgs = z.strictObject({
  name: z.string().describe("name of the node"),
  timeoutSeconds: z
    .int()
    .positive()
    .default(300)
    .describe("how long pods may take to leave; disruption budgets are kept to"),
});

type Reads = { readonly nodes: Probe<readonly ClusterNode[] | undefined> };

type DrainReads = Reads & { readonly pods: Probe<number | undefined> };

/**
 * Takes the pods off a node that is to go. One that does not report has none that could be told. A drain that was held up has closed the
 * node all the same, so what counts is whether pods are left.
 */
export const nodeDrain = defineOperation<typeof drainArgs, DrainReads>({
  name: "nodeDrain",
  summary: "Takes the pods off a node that reports, within their disruption budgets, and lets no new ones on.",
  args: drainArgs,
  example: 'nodeDrain({ name: "worker3" })',
  subject: ({ name }) => name,
  read: ({ name }) => ({ nodes: clusterNodes(undefined), pods: podsToMove(name) }),
  plan: ({ args: { name, timeoutSeconds }, current: { nodes, pods } }) => {
    const node = known(nodes).find((one) => one.name === name);
    if (!node?.ready || (!node.schedulable && pods === 0)) return [];
    return [
      run(
        sh`export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl drain ${name} --ignore-daemonsets --delete-emptydir-data --timeout=${`${timeoutSeconds}s`} >/dev/null`,
        {
          changes: [change("pods", "there", "elsewhere")],
          effects: [
            predict(clusterNodes(undefined), (all) =>
              all?.map((one) => (one.name === name ? { ...one, schedulable: false } : one)),
            ),
            predict(podsToMove(name), 0),
          ],
        },
      ),
    ];
  },
  // Pods that tolerate a closed node may be made anew on it; that those that were there have gone, kubectl has waited for.
  provable: () => false,
});

const nameArgs = z.strictObject({ name: z.string().describe("name of the node") });

/** Has the cluster forget a node that is gone. */
export const nodeDeletion = defineOperation<typeof nameArgs, Reads>({
  name: "nodeDeletion",
  summary: "Has the cluster forget a node; its pods are made anew elsewhere.",
  args: nameArgs,
  example: 'nodeDeletion({ name: "worker3" })',
  subject: ({ name }) => name,
  read: () => ({ nodes: clusterNodes(undefined) }),
  plan: ({ args: { name }, current: { nodes } }) =>
    known(nodes).some((one) => one.name === name)
      ? [
          run(
            sh`${kube}
kube delete node ${name} --ignore-not-found >/dev/null`,
            {
              changes: [change("node", "known", "forgotten")],
              effects: [predict(clusterNodes(undefined), (all) => all?.filter((one) => one.name !== name))],
            },
          ),
        ]
      : [],
});

/** Throws TaskRefusal where the cluster does not answer. */
export function known(nodes: readonly ClusterNode[] | undefined): readonly ClusterNode[] {
  if (nodes === undefined)
    throw new TaskRefusal(
      "the cluster does not answer here",
      "look at its control planes first: nothing is removed blindly",
    );
  return nodes;
}
