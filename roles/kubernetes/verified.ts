import { type CertificateFile, certificateFile, defineOperation, type Probe, TaskRefusal, z } from "ts-play";
import type { Cluster } from "../etcd/member.ts";
import { certificateFindings, etcdFindings, viewFindings, type WantedNode } from "./findings.ts";
import { stackedEtcd } from "./stacked-etcd.ts";
import { clusterVars } from "./vars.ts";
import { type ClusterView, clusterView } from "./verify-probe.ts";

const args = z.strictObject({
  cluster: clusterVars,
  nodes: z.custom<readonly WantedNode[]>().describe("all nodes, as the inventory wants them"),
  certificateDays: z.int().min(0).default(30).describe("certificates that end sooner are a finding"),
});

interface Reads extends Record<string, Probe<unknown>> {
  readonly view: Probe<ClusterView | undefined>;
  readonly etcd: Probe<Cluster | undefined>;
  readonly certificate: Probe<CertificateFile | undefined>;
}

/** Looks at a cluster from one of its control planes, and refuses with everything that is wrong. */
export const clusterVerified = defineOperation<typeof args, Reads>({
  name: "clusterVerified",
  summary: "Refuses with everything that is wrong with a cluster as a control plane sees it; changes nothing itself.",
  args,
  example: "clusterVerified({ cluster, nodes })",
  subject: ({ cluster }) => cluster.name,
  read: () => ({
    view: clusterView(undefined),
    etcd: stackedEtcd(undefined),
    certificate: certificateFile("/etc/kubernetes/pki/apiserver.crt"),
  }),
  plan: ({ args: { cluster, nodes, certificateDays }, current: { view, etcd, certificate } }) => {
    if (view === undefined)
      throw new TaskRefusal("no cluster answers here", "journalctl -u kubelet, and look at the balancer");
    const findings = [
      ...viewFindings(view, nodes, cluster.version),
      ...(cluster.etcd !== undefined
        ? []
        : etcd
          ? etcdFindings(etcd, cluster.masters)
          : ["etcd does not answer on this host"]),
      ...certificateFindings(certificate, cluster, certificateDays),
    ];
    if (findings.length > 0) throw new TaskRefusal(findings.join("\n"), "mend what is named, then look again");
    return [];
  },
});
