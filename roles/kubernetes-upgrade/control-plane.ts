import { change, defineOperation, defineProbe, type Probe, predict, run, sh, TaskRefusal, z } from "ts-play";
import { kube } from "../kubernetes/kubectl.ts";

/** Versions without a leading v; undefined where something has none. */
export interface ControlPlane {
  /** What kubeadm keeps in the cluster; undefined where that does not answer. */
  readonly configured: string | undefined;
  /** The oldest of the parts, by the manifests of this host. */
  readonly parts: string | undefined;
}

const MANIFESTS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map(
  (part) => `/etc/kubernetes/manifests/${part}.yaml`,
);

const versionsScript = sh`${kube}
kube -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}' 2>/dev/null | sed -n 's/^kubernetesVersion: v/configured /p'
sed -n 's/^ *image: .*:v\\([0-9.]*\\)$/part \\1/p' ${MANIFESTS} 2>/dev/null`;

function versionsIn(output: string): ControlPlane {
  const of = (word: string) =>
    output.split("\n").flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const parts = of("part").toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }));
  return { configured: of("configured")[0], parts: parts.length === MANIFESTS.length ? parts[0] : undefined };
}

export const controlPlaneVersions = defineProbe<undefined, ControlPlane>({
  name: "controlPlaneVersions",
  summary: "Version that kubeadm keeps in the cluster, and the oldest of this control plane's own parts.",
  command: () => versionsScript,
  parse: ({ stdout }) => versionsIn(stdout),
  bare: () => ({ configured: undefined, parts: undefined }),
  timeoutMs: 60_000,
});

const args = z.strictObject({
  name: z.string().describe("name of the node"),
  version: z.string().describe("what the control plane is to be"),
});

/** Brings the parts of one control plane to a version. The first that is asked while the cluster has another says so to the cluster. */
export const controlPlaneUpgrade = defineOperation<typeof args, { readonly is: Probe<ControlPlane> }>({
  name: "controlPlaneUpgrade",
  summary:
    "Brings the parts of a control plane to a version with kubeadm, on the first one also the cluster's configuration.",
  args,
  example: 'controlPlaneUpgrade({ name: host.name, version: "1.34.4" })',
  subject: ({ name }) => name,
  read: () => ({ is: controlPlaneVersions(undefined) }),
  plan: ({ args: { version }, current: { is } }) => {
    if (is.configured === undefined)
      throw new TaskRefusal("the cluster does not answer here", "journalctl -u kubelet, and look at the balancer");
    if (is.configured === version && is.parts === version) return [];
    const command = is.configured === version ? ["upgrade", "node"] : ["upgrade", "apply", `v${version}`, "--yes"];
    return [
      run(
        sh`kubeadm ${command} >/var/log/kubeadm-upgrade.log 2>&1 || {
  code=$?
  tail -n 40 /var/log/kubeadm-upgrade.log >&2
  exit "$code"
}`,
        {
          changes: [
            ...(is.configured === version ? [] : [change("cluster", is.configured, version)]),
            change("control plane", is.parts, version),
          ],
          effects: [predict(controlPlaneVersions(undefined), { configured: version, parts: version })],
        },
      ),
    ];
  },
});
