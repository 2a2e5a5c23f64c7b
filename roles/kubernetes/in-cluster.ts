import { type Command, type Condition, defineProbe, holds, sh, TaskRefusal } from "ts-play";
import { kube } from "./kubectl.ts";

/** `no cluster`: the host is no control plane of a cluster that answers. */
export type ClusterAnswer = "yes" | "no" | "no cluster";

/** Whether something is so in the cluster, asked by `kube` on a control plane. */
const clusterAnswer = defineProbe<string, ClusterAnswer>({
  name: "clusterAnswer",
  summary: "Whether a read-only script about the cluster succeeds: `yes`, `no`, or `no cluster` where none answers.",
  command: (text) => sh`${kube}
[ -s /etc/kubernetes/admin.conf ] && [ "$(kube get --raw /readyz 2>/dev/null)" = ok ] || { echo no cluster; exit; }
(eval ${text}) >/dev/null 2>&1 && echo yes || echo no`,
  parse: ({ stdout }) => stdout.trim() as ClusterAnswer,
  bare: () => "no cluster",
  timeoutMs: 60_000,
});

/**
 * A condition on the cluster, for the guard of a command. Where no cluster answers it can be neither true nor false: a check of hosts that
 * are to become one then says that it is known after apply, and a run fails.
 */
export const inCluster = (title: string, question: Command): Condition<ClusterAnswer> =>
  holds(clusterAnswer(question.toString()), (answer) => isYes(answer), title);

function isYes(answer: ClusterAnswer): boolean {
  if (answer === "no cluster")
    throw new TaskRefusal(
      "no cluster answers on this control plane",
      "journalctl -u kubelet, and look at the balancer",
    );
  return answer === "yes";
}
