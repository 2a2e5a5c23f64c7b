import { type Command, defineProbe, sh } from "ts-play";
import { kube } from "./kubectl.ts";

/**
 * How far a host has come. `partial`: a join or an init was interrupted. `silent`: it has the files of a control plane, but the
 * cluster does not answer it, so that more cannot be known.
 */
export type Stage = "none" | "partial" | "worker" | "master" | "silent";

export interface NodeState {
  readonly stage: Stage;
  /** SHA-256 of the certificate of the cluster's CA; undefined where there is none. */
  readonly ca: string | undefined;
}

/**
 * Follows `kube` in a script: `never_begun` says that an init was interrupted before it started the kubelet; `asked` puts the control
 * planes that the cluster knows into `seen`, and fails where nobody answers. While the kubelet has run for less than three minutes, as after an
 * interrupted init or a boot, what it starts may yet answer: that is waited for. An init gives the administrator rights only in its second half,
 * as the super-admin, whose file stays where a cluster was begun.
 */
const askedWhileYoung: Command = sh`never_begun() {
  ! grep -q kubelet-client-current.pem $k/kubelet.conf && ! [ -d /var/lib/kubelet/pods ] && ! systemctl -q is-active kubelet
}
young() {
  began=$(systemctl show --value --property ActiveEnterTimestampMonotonic kubelet 2>/dev/null) || :
  [ "$(($(cut -d . -f 1 /proc/uptime) - \${began:-0} / 1000000))" -lt 180 ]
}
masters() { kube "$@" get nodes -l node-role.kubernetes.io/control-plane -o name 2>/dev/null; }
asked() {
  end=$(($(date +%s) + 90))
  until seen=$(masters) || { [ -s $k/super-admin.conf ] && seen=$(masters --kubeconfig $k/super-admin.conf); }; do
    [ "$(date +%s)" -lt "$end" ] && young || return 1
    sleep 3
  done
}
`;

/**
 * Decided by what is there, never by marks of our own: kubeadm writes the files of a control plane before it starts the kubelet with a
 * configuration, and labels a node when it has joined. A control plane that began the cluster must have come to the end of that as well: its kubelet renews its own certificate, or
 * another node has joined, or the addons are there. These alone would be no sign: clusters can do without them. A question that the
 * cluster does not answer is no sign that something is not there: a control plane that is taken for an interrupted one is cleaned.
 */
export const nodeState = defineProbe<string, NodeState>({
  name: "kubeadmNode",
  summary: "Whether a host is a node of a cluster, of what kind, and whether the way there was finished.",
  command: (node) => sh`k=/etc/kubernetes
if ! [ -s $k/pki/ca.crt ] || ! command -v sha256sum >/dev/null; then echo -
else sha256sum <$k/pki/ca.crt | cut -d ' ' -f 1; fi
if [ -e $k/manifests/kube-apiserver.yaml ]; then
  ${kube}${askedWhileYoung}  if ! [ -s $k/admin.conf ] || ! [ -s $k/kubelet.conf ] || ! [ -s /var/lib/kubelet/config.yaml ]; then echo partial
  elif never_begun; then echo partial
  elif ! asked; then echo silent
  elif ! printf '%s\\n' "$seen" | grep -qxF node/${node}; then echo partial
  elif grep -q kubelet-client-current.pem $k/kubelet.conf; then echo master
  elif ! all=$(kube get nodes -o name 2>/dev/null); then echo silent
  elif [ "$(printf '%s\\n' "$all" | grep -c .)" -gt 1 ]; then echo master
  elif ! addons=$(kube -n kube-system get ds/kube-proxy deploy/coredns --ignore-not-found -o name 2>/dev/null); then echo silent
  elif [ "$(printf '%s\\n' "$addons" | grep -c .)" -eq 2 ]; then echo master
  else echo partial; fi
elif [ -s $k/kubelet.conf ] && [ -s /var/lib/kubelet/pki/kubelet-client-current.pem ]; then echo worker
elif [ -e $k/kubelet.conf ] || [ -e $k/bootstrap-kubelet.conf ] || [ -e $k/pki/ca.crt ] || [ -e $k/pki/ca.key ]; then echo partial
else echo none; fi`,
  parse: ({ stdout }) => {
    const [ca = "", stage = ""] = stdout.split("\n");
    if (!isStage(stage)) throw new Error(`the script answered: ${stdout}`);
    return { stage, ca: ca === "-" ? undefined : ca };
  },
  bare: () => ({ stage: "none", ca: undefined }),
  looksAt: () => ["tree:/etc/kubernetes", "tree:/var/lib/kubelet", "unit:kubelet.service"],
  timeoutMs: 150_000,
});

const isStage = (word: string): word is Stage => ["none", "partial", "worker", "master", "silent"].includes(word);
