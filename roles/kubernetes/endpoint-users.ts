import { change, defineOperation, defineProbe, type Probe, predict, run, sh, TaskRefusal, z } from "ts-play";
import { KUBELET } from "./endpoint-places.ts";
import { authority, ipAddress, urlHost } from "./vars.ts";

/*
 * What holds the endpoint in memory: a kubelet and a kube-proxy each keep one connection to an apiserver for all they do. A pod of the host's network
 * has a copy of /etc/hosts from its beginning, so a kube-proxy also knows the address of old.
 */

const peer = z.strictObject({
  address: ipAddress.describe("address of the endpoint"),
  port: z.int().min(1).max(65535).describe("its port"),
});

type Peer = z.output<typeof peer>;

/** Defines `connected <program>`: whether a program has a connection to the endpoint. One that was just lost is made anew within seconds. */
const connected = ({ address, port }: Peer) => sh`connected() {
  ss -Htnp state established dst ${urlHost(address)} dport = ${`:${port}`} | grep -q "\\"$1\\""
}
soon() { for i in 1 2 3 4; do connected "$1" && return; sleep 1; done; return 1; }
`;

/** Whether the kubelet of a worker calls the endpoint; undefined where it does not run. */
const kubeletCalls = defineProbe<Peer, boolean | undefined>({
  name: "kubeletCalls",
  summary: "Whether the kubelet of a host has a connection to an address; undefined where no kubelet runs.",
  command: (at) => sh`[ -s ${KUBELET} ] && systemctl --quiet is-active kubelet || exit 0
${connected(at)}
if soon kubelet; then echo yes; else echo no; fi`,
  parse: ({ stdout }) => (stdout === "" ? undefined : stdout.trim() === "yes"),
  bare: () => undefined,
  looksAt: () => ["tree:/etc/kubernetes", "path:/etc/hosts", "unit:kubelet.service"],
});

/** Has the kubelet of a worker call the endpoint where that is now. Its pods go on. */
export const kubeletAtEndpoint = defineOperation<typeof peer, { readonly calls: Probe<boolean | undefined> }>({
  name: "kubeletAtEndpoint",
  summary: "Has the kubelet of a worker call the cluster's endpoint where it is now, with a restart where it does not.",
  args: peer,
  example: 'kubeletAtEndpoint({ address: "192.0.2.200", port: 8443 })',
  subject: ({ address: host, port }) => authority({ host, port }),
  read: (at) => ({ calls: kubeletCalls(at) }),
  plan: ({ args: at, current: { calls }, triggered }) =>
    calls === undefined || (calls && !triggered)
      ? []
      : [
          run(
            sh`systemctl restart kubelet
${connected(at)}
for i in $(seq 60); do connected kubelet && exit; sleep 1; done
echo 'a minute after its restart the kubelet does not call the endpoint: journalctl -u kubelet' >&2
exit 1`,
            {
              changes: [
                change(
                  "kubelet calls",
                  calls ? "what it read before" : "elsewhere",
                  authority({ host: at.address, port: at.port }),
                ),
              ],
              effects: [predict(kubeletCalls(at), true)],
              touches: ["unit:kubelet.service"],
            },
          ),
        ],
});

/** The pod of kube-proxy on a node. */
export interface ProxyPod {
  /** It began before its configuration was last written. */
  readonly outdated: boolean;
  readonly connected: boolean;
}

/** Begins a script: afterwards `own` is kubectl as this node's kubelet, which may look after the pods of its node. */
const asKubelet = sh`own() { kubectl --kubeconfig ${KUBELET} --request-timeout=10s -n kube-system "$@"; }
`;

const ofNode = (node: string) => ["-l", "k8s-app=kube-proxy", "--field-selector", `spec.nodeName=${node}`];

type ProxySeen = ProxyPod | "none" | "silent";

const proxyArgs = peer.extend({ node: z.string().describe("name of the node") });
type ProxyAt = z.output<typeof proxyArgs>;

/** Times are those of the apiserver, so clocks of hosts do not matter. */
export const proxyPod = defineProbe<ProxyAt, ProxySeen>({
  name: "kubeProxyPod",
  summary: "Whether the kube-proxy of a node is as its configuration says and calls the endpoint.",
  command: ({ node, ...at }) => sh`[ -s ${KUBELET} ] && command -v kubectl >/dev/null || { echo none; exit; }
${asKubelet}
pods=$(own get pods ${ofNode(node)} -o 'jsonpath={range .items[*]}{.status.startTime}{"\\n"}{end}') || { echo silent; exit; }
[ -n "$pods" ] || { echo none; exit; }
times=$(own get configmap kube-proxy --show-managed-fields -o 'jsonpath={range .metadata.managedFields[*]}{.time}{"\\n"}{end}') || { echo silent; exit; }
echo "pod $(printf '%s\\n' "$pods" | sort | head -n 1)"
echo "configuration $(printf '%s\\n' "$times" | sort | tail -n 1)"
${connected(at)}
if soon kube-proxy; then echo connected; fi`,
  parse: ({ stdout, stderr }) => {
    const [first = ""] = stdout.split("\n");
    if (first === "none" || first === "silent") return first;
    const [, started] = /^pod (\S+)$/m.exec(stdout) ?? [];
    const [, written] = /^configuration (\S+)$/m.exec(stdout) ?? [];
    if (started === undefined || written === undefined) throw new Error(stderr.trim() || stdout);
    return { outdated: Date.parse(started) < Date.parse(written), connected: /^connected$/m.test(stdout) };
  },
  bare: () => "none",
  timeoutMs: 60_000,
});

/** Makes the kube-proxy of a node anew where it does not call the endpoint, or began before its configuration. Its rules stay meanwhile. */
export const proxyAtEndpoint = defineOperation<typeof proxyArgs, { readonly pod: Probe<ProxySeen> }>({
  name: "proxyAtEndpoint",
  summary:
    "Has the kube-proxy of a node call the cluster's endpoint where it is now; where it does not its pod is made anew.",
  args: proxyArgs,
  example: 'proxyAtEndpoint({ node: host.name, address: "192.0.2.200", port: 8443 })',
  subject: ({ node }) => node,
  read: (args) => ({ pod: proxyPod(args) }),
  plan: ({ args, current: { pod } }) => {
    if (pod === "silent")
      throw new TaskRefusal("the cluster does not answer this node", "journalctl -u kubelet, and look at the balancer");
    if (pod === "none" || (pod.connected && !pod.outdated)) return [];
    return [
      run(
        sh`set -eu
${asKubelet}
${connected(args)}
own delete pods ${ofNode(args.node)} --timeout=60s >/dev/null
for i in $(seq 120); do connected kube-proxy && exit; sleep 1; done
echo 'two minutes after it was made anew kube-proxy does not call the endpoint: kubectl -n kube-system logs -l k8s-app=kube-proxy' >&2
exit 1`,
        {
          changes: [
            change("kube-proxy", pod.outdated ? "older than its configuration" : "elsewhere", "at the endpoint"),
          ],
          effects: [predict(proxyPod(args), (): ProxySeen => ({ outdated: false, connected: true }))],
          touches: [],
        },
      ),
    ];
  },
});
