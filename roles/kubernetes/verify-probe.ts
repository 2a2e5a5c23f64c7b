import { type Command, defineProbe, sh } from "ts-play";
import { ownApiServer } from "./own-apiserver.ts";

/** A lease by which one of several takes the lead. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Seconds since it was renewed, by the host's own clock. */
  readonly ageSeconds: number;
}

export interface VersionedNode {
  readonly name: string;
  readonly address: string;
  readonly ready: boolean;
  readonly version: string;
  readonly controlPlane: boolean;
}

/** A cluster as one of its control planes sees it. */
export interface ClusterView {
  readonly nodes: readonly VersionedNode[];
  /** Parts of this control plane that do not say that they are well. */
  readonly unwell: readonly string[];
  readonly leases: readonly Lease[];
  /** Pods of the system that do not run, `namespace/name`. */
  readonly brokenPods: readonly string[];
}

/** Each line begins with the word for what it tells. */
export const viewScript: Command = sh`${ownApiServer}
[ -s /etc/kubernetes/admin.conf ] && [ "$(kube get --raw /readyz 2>/dev/null)" = ok ] || exit 1
kube get nodes -L node-role.kubernetes.io/control-plane -o 'jsonpath={range .items[*]}node|{.metadata.name}|{.status.addresses[?(@.type=="InternalIP")].address}|{.status.conditions[?(@.type=="Ready")].status}|{.status.nodeInfo.kubeletVersion}|{.metadata.labels}{"\\n"}{end}'
for part in "kube-apiserver https://$own:6443/readyz" "kube-controller-manager https://127.0.0.1:10257/healthz" "kube-scheduler https://127.0.0.1:10259/readyz"; do
  [ "$(curl -sk --max-time 5 "\${part#* }")" = ok ] || echo "unwell|\${part%% *}"
done
now=$(date +%s)
kube -n kube-system get leases kube-controller-manager kube-scheduler -o 'jsonpath={range .items[*]}{.metadata.name}|{.spec.holderIdentity}|{.spec.renewTime}{"\\n"}{end}' |
  while IFS='|' read -r name holder renewed; do echo "lease|$name|$holder|$((now - $(date -d "$renewed" +%s)))"; done
kube -n kube-system get pods -o 'jsonpath={range .items[*]}{.metadata.name}|{.status.phase}|{.status.containerStatuses[*].ready}{"\\n"}{end}' | awk -F '|' '$2 != "Succeeded" && ($2 != "Running" || $3 ~ /false/) { print "pod|kube-system/" $1 }'`;

export const clusterView = defineProbe<undefined, ClusterView | undefined>({
  name: "clusterView",
  summary:
    "Nodes, parts of the control plane, leases and system pods as a control plane sees them; undefined where no cluster answers.",
  command: () => viewScript,
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? viewIn(stdout) : undefined),
  bare: () => undefined,
  timeoutMs: 90_000,
});

export function viewIn(output: string): ClusterView {
  const rows = output.split("\n").map((line) => line.split("|"));
  const of = (kind: string) => rows.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  return {
    nodes: of("node").map(([name = "", address = "", ready, version = "", labels = ""]) => ({
      name,
      address,
      ready: ready === "True",
      version,
      controlPlane: labels.includes("node-role.kubernetes.io/control-plane"),
    })),
    unwell: of("unwell").map(([part = ""]) => part),
    leases: of("lease").map(([name = "", holder = "", age]) => ({ name, holder, ageSeconds: Number(age) })),
    brokenPods: of("pod").map(([name = ""]) => name),
  };
}
