import { change, defineOperation, defineProbe, type Probe, predict, run, sh, TaskRefusal, z } from "ts-play";
import { clusterSilent, kube, patiently } from "../kubernetes/kubectl.ts";
import { podsToMove } from "../kubernetes/nodes.ts";

/** On a node that was closed here, so that one that somebody else has closed stays closed. */
const MARK = "ts-play/closed-for-upgrade";

/** A node as the cluster knows it. */
interface NodeSeen {
  /** Of its kubelet, without a leading v. */
  readonly version: string;
  readonly ready: boolean;
  readonly schedulable: boolean;
  /** It was closed here, and not yet opened again. */
  readonly closedHere: boolean;
}

/** `silent`: no cluster answers. Undefined: it answers, and has no such node. */
type Found = NodeSeen | "silent" | undefined;

export const upgradedNode = defineProbe<string, Found>({
  name: "upgradedNode",
  summary: "A node as the cluster knows it: version of its kubelet, ready, closed, and whether closed for an upgrade.",
  command: (name) =>
    sh`${kube}${patiently}patiently kube get node ${name} --ignore-not-found -o 'jsonpath={.status.nodeInfo.kubeletVersion}|{.status.conditions[?(@.type=="Ready")].status}|{.spec.unschedulable}|{.metadata.annotations.ts-play/closed-for-upgrade}'`,
  parse: ({ stdout, exitCode }) => {
    if (exitCode !== 0) return "silent";
    if (stdout === "") return undefined;
    const [version = "", ready, unschedulable, mark] = stdout.split("|");
    return {
      version: version.replace(/^v/, ""),
      ready: ready === "True",
      schedulable: unschedulable !== "true",
      closedHere: mark === "true",
    };
  },
  bare: () => undefined,
  timeoutMs: 120_000,
});

const args = z.strictObject({
  name: z.string().describe("name of the node"),
  version: z.string().describe("what its kubelet is to be; one that is has nothing to be closed for"),
  timeoutSeconds: z
    .int()
    .positive()
    .default(300)
    .describe("how long pods may take to leave; disruption budgets are kept to"),
});

type Reads = { readonly node: Probe<Found>; readonly pods: Probe<number | undefined> };

/** Takes the pods off a node whose kubelet is to be exchanged. One that does not report has none that could be told. */
export const nodeClosing = defineOperation<typeof args, Reads>({
  name: "nodeClosing",
  summary: "Takes the pods off a node whose kubelet is to be exchanged, within their disruption budgets.",
  args,
  example: 'nodeClosing({ name: "worker3", version: "1.34.4" })',
  subject: ({ name }) => name,
  read: ({ name }) => ({ node: upgradedNode(name), pods: podsToMove(name) }),
  plan: ({ args: { name, version, timeoutSeconds }, current: { node, pods } }) => {
    const seen = known(name, node);
    if (seen.version === version || !seen.ready || (!seen.schedulable && pods === 0)) return [];
    return [
      run(
        sh`set -e
${kube}
${seen.schedulable ? sh`kube annotate node ${name} ${`${MARK}=true`} --overwrite >/dev/null` : sh``}
kubectl drain ${name} --ignore-daemonsets --delete-emptydir-data --timeout=${`${timeoutSeconds}s`} >/dev/null`,
        {
          changes: [change("pods", "there", "elsewhere")],
          effects: [
            predict(
              upgradedNode(name),
              (): Found => ({
                ...seen,
                schedulable: false,
                closedHere: seen.closedHere || seen.schedulable,
              }),
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

/** Lets pods on again where they were kept off for an upgrade. */
export const nodeOpening = defineOperation<typeof nameArgs, Pick<Reads, "node">>({
  name: "nodeOpening",
  summary: "Lets pods on a node again that was closed for an upgrade; one that somebody else has closed stays so.",
  args: nameArgs,
  example: 'nodeOpening({ name: "worker3" })',
  subject: ({ name }) => name,
  read: ({ name }) => ({ node: upgradedNode(name) }),
  plan: ({ args: { name }, current: { node } }) => {
    const seen = known(name, node);
    return seen.closedHere
      ? [
          run(
            sh`set -e
${kube}
kube uncordon ${name} >/dev/null
kube annotate node ${name} ${`${MARK}-`} >/dev/null`,
            {
              changes: [change("pods", "kept off", "let on")],
              effects: [predict(upgradedNode(name), (): Found => ({ ...seen, schedulable: true, closedHere: false }))],
            },
          ),
        ]
      : [];
  },
});

function known(name: string, node: Found): NodeSeen {
  if (node === "silent") throw clusterSilent();
  if (node === undefined)
    throw new TaskRefusal(
      `the cluster does not know ${name}`,
      "let it join with site.ts, or take it out of the inventory",
    );
  return node;
}
