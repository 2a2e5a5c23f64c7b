import { change, defineOperation, defineProbe, type Probe, predict, run, sh, wait, z } from "ts-play";

/** Which kubelet runs, by its process: the program in its place may be another by now. Without a leading v; undefined where none runs. */
export const runningKubelet = defineProbe<undefined, string | undefined>({
  name: "runningKubelet",
  summary: "Version of the kubelet that runs; undefined where none does.",
  command: () => sh`pid=$(systemctl show --property MainPID --value kubelet 2>/dev/null)
[ "\${pid:-0}" -gt 0 ] && "/proc/$pid/exe" --version`,
  parse: ({ stdout }) => /^Kubernetes v(\S+)/.exec(stdout)?.[1],
  bare: () => undefined,
  looksAt: () => ["unit:kubelet.service"],
});

const args = z.strictObject({
  name: z.string().describe("name of the node"),
  version: z.string().describe("the version of kubelet that is in its place by now"),
});

/** Lets the kubelet that is in its place take over, with the configuration that the cluster has for it. */
export const kubeletUpgrade = defineOperation<typeof args, { readonly running: Probe<string | undefined> }>({
  name: "kubeletUpgrade",
  summary: "Restarts a kubelet that is of another version than the program in its place, with its new configuration.",
  args,
  example: 'kubeletUpgrade({ name: host.name, version: "1.34.4" })',
  subject: ({ name }) => name,
  read: () => ({ running: runningKubelet(undefined) }),
  plan: ({ args: { name, version }, current: { running } }) =>
    running === version
      ? []
      : [
          run(
            sh`kubeadm upgrade node --skip-phases=control-plane,addon >/var/log/kubeadm-upgrade.log 2>&1 || {
  code=$?
  tail -n 40 /var/log/kubeadm-upgrade.log >&2
  exit "$code"
}
systemctl restart kubelet`,
            {
              changes: [change("kubelet", running, version)],
              effects: [predict(runningKubelet(undefined), version)],
            },
          ),
          wait(reports(name, version), { timeoutMs: 300_000, intervalMs: 1000 }),
        ],
});

/** The cluster has heard of the new one, and takes the node for ready. */
const reports = (name: string, version: string) =>
  sh`[ "$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=10s get node ${name} -o 'jsonpath={.status.nodeInfo.kubeletVersion}{.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = ${`v${version}True`} ]`;
