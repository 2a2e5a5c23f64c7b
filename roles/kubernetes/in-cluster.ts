import { type Command, type Condition, defineProbe, holds, sh } from "ts-play";
import { kube } from "./kubectl.ts";

/** Whether something is so in the cluster, asked by `kube` on a control plane. A host without a cluster that answers has nothing against it. */
const clusterAnswer = defineProbe<string, boolean>({
  name: "clusterAnswer",
  summary: "Whether a read-only script about the cluster succeeds; also true where no cluster answers.",
  command: (text) => sh`${kube}
[ -s /etc/kubernetes/admin.conf ] && [ "$(kube get --raw /readyz 2>/dev/null)" = ok ] || exit 0
eval ${text}`,
  parse: ({ exitCode }) => exitCode === 0,
  bare: () => true,
  timeoutMs: 60_000,
});

/** A condition on the cluster, for the guard of a command. */
export const inCluster = (title: string, question: Command): Condition<boolean> =>
  holds(clusterAnswer(question.toString()), (so) => so, title);
