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

const drainArgs = z.strictObject({
  name: z.string().describe("name of the node"),
  timeoutSeconds: z
    .int()
    .positive()
    .default(300)
    .describe("how long pods may take to leave; disruption budgets are kept to"),
});

type Reads = { readonly nodes: Probe<readonly ClusterNode[] | undefined> };

/** Takes the pods off a node that is to go. One that does not report has none that could be told. */
export const nodeDrain = defineOperation<typeof drainArgs, Reads>({
  name: "nodeDrain",
  summary: "Takes the pods off a node that reports, within their disruption budgets, and lets no new ones on.",
  args: drainArgs,
  example: 'nodeDrain({ name: "worker3" })',
  subject: ({ name }) => name,
  read: () => ({ nodes: clusterNodes(undefined) }),
  plan: ({ args: { name, timeoutSeconds }, current: { nodes } }) => {
    const node = known(nodes).find((one) => one.name === name);
    if (!node?.ready || !node.schedulable) return [];
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
          ],
        },
      ),
    ];
  },
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

function known(nodes: readonly ClusterNode[] | undefined): readonly ClusterNode[] {
  if (nodes === undefined)
    throw new TaskRefusal(
      "the cluster does not answer here",
      "look at its control planes first: nothing is removed blindly",
    );
  return nodes;
}
