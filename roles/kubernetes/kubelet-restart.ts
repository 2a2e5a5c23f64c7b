import { command, sh, type Task } from "ts-play";

/** Has a kubelet read its kubeconfig anew; the pods of its node go on. */
export const kubeletRestart = (onChangeOf: readonly Task[]): Task =>
  command(
    {
      run: sh`[ -s /etc/kubernetes/kubelet.conf ] || exit 0
systemctl restart kubelet
for i in $(seq 60); do curl -s -o /dev/null --max-time 5 http://127.0.0.1:10248/healthz && exit; sleep 1; done
echo 'a minute after its restart the kubelet is not well: journalctl -u kubelet' >&2
exit 1`,
      onlyWhenTriggered: true,
    },
    { name: "restart kubelet", onChangeOf },
  );
