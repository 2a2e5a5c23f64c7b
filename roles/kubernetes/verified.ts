import {
  type Answers,
  type CertificateFile,
  certificateFile,
  change,
  defineOperation,
  defineProbe,
  type Probe,
  predict,
  sh,
  TaskRefusal,
  wait,
  z,
} from "ts-play";
import type { Cluster } from "../etcd/member.ts";
import { type CertificateState, certificateState } from "./certificate-state.ts";
import {
  etcdFindings,
  expiryFindings,
  LEASE_SECONDS,
  nameFindings,
  viewFindings,
  type WantedNode,
} from "./findings.ts";
import { stackedEtcd } from "./stacked-etcd.ts";
import { clusterVars, controlPlane } from "./vars.ts";
import { type ClusterView, clusterView, viewScript } from "./verify-probe.ts";

const args = z.strictObject({
  cluster: clusterVars,
  self: controlPlane.describe("the control plane that is asked"),
  nodes: z.custom<readonly WantedNode[]>().describe("all nodes, as the inventory wants them"),
  certificateDays: z.int().min(0).default(30).describe("certificates that end sooner are a finding"),
});

interface Reads extends Record<string, Probe<unknown>> {
  readonly view: Probe<ClusterView | undefined>;
  readonly etcd: Probe<Cluster | undefined>;
  readonly certificate: Probe<CertificateFile | undefined>;
  readonly expiry: Probe<CertificateState>;
  readonly foreseen: Probe<boolean>;
}

/** Never true on a host. A check, which cannot wait, foresees it: then nothing is found wrong with what a run has yet to make. */
const foreseen = defineProbe<undefined, boolean>({
  name: "clusterForeseen",
  summary: "Whether a check has foreseen that a cluster will be whole.",
  command: () => sh`:`,
  parse: () => false,
  bare: () => false,
});

const reads = (): Reads => ({
  view: clusterView(undefined),
  etcd: stackedEtcd(undefined),
  certificate: certificateFile("/etc/kubernetes/pki/apiserver.crt"),
  expiry: certificateState(undefined),
  foreseen: foreseen(undefined),
});

function findingsOf(
  { cluster, self, nodes, certificateDays }: z.output<typeof args>,
  { view, etcd, certificate, expiry }: Answers<Reads>,
): readonly string[] {
  if (view === undefined) return ["no cluster answers here"];
  const etcdSeen = etcd ? etcdFindings(etcd, cluster.masters) : ["etcd does not answer on this host"];
  return [
    ...viewFindings(view, nodes, cluster.version),
    ...(cluster.etcd === undefined ? etcdSeen : []),
    ...nameFindings(certificate, { ...cluster, masters: [self] }),
    ...expiryFindings(expiry, certificateDays),
  ];
}

/** Looks at a cluster from one of its control planes, and refuses with everything that is wrong. */
export const clusterVerified = defineOperation<typeof args, Reads>({
  name: "clusterVerified",
  summary: "Refuses with everything that is wrong with a cluster as a control plane sees it; changes nothing itself.",
  args,
  example: "clusterVerified({ cluster, self, nodes })",
  subject: ({ cluster }) => cluster.name,
  read: reads,
  plan: ({ args, current }) => {
    const findings = current.foreseen ? [] : findingsOf(args, current);
    if (findings.length === 0) return [];
    const fix = current.view
      ? "mend what is named, then look again"
      : "journalctl -u kubelet, and look at the balancer";
    throw new TaskRefusal(findings.join("\n"), fix);
  },
});

const settledArgs = args.extend({ seconds: z.int().positive().describe("how long at most") });

/** Gives what has only just begun some time; whether it was enough is for clusterVerified to say. */
export const clusterSettled = defineOperation<typeof settledArgs, Reads>({
  name: "clusterSettled",
  summary: "Waits a while for nodes and system pods that have only just begun; does not fail when it was not enough.",
  args: settledArgs,
  example: "clusterSettled({ cluster, self, nodes, seconds: 120 })",
  subject: ({ cluster }) => cluster.name,
  read: reads,
  plan: ({ args, current }) => {
    const findings = findingsOf(args, current);
    if (findings.length === 0) return [];
    return [
      wait(settling(args.seconds), {
        timeoutMs: (args.seconds + 120) * 1000,
        changes: findings.map((finding) => change("cluster", finding, "mended")),
        effects: [predict(foreseen(undefined), true)],
        touches: ["everything"],
      }),
    ];
  },
  provable: () => false,
});

/** True of what `viewScript` prints while a node, a part, a lease or a pod is amiss. */
export const isAmiss = sh`awk -F '|' -v old=${LEASE_SECONDS} '
  $1 == "pod" || $1 == "unwell" || $1 == "node" && $4 != "True" || $1 == "lease" && ($3 == "" || $4 > old) { amiss = 1 }
  END { exit !amiss }'`;

/** Ends when the cluster answers and nothing in it is amiss, or after so many seconds. */
const settling = (seconds: number) => sh`left=${seconds}
end=$(($(date +%s) + left))
look() (
${viewScript}
)
while seen=$(look) || seen='unwell|'; printf '%s\n' "$seen" | ${isAmiss}; do
  [ "$(date +%s)" -lt "$end" ] || break
  sleep 3
done
sleep 1`;
