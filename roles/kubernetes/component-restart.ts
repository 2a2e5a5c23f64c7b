import { command, sh, type Task, z } from "ts-play";
import { endPart } from "./part-process.ts";

export const component = z.enum(["kube-controller-manager", "kube-scheduler"]);

/** Health by each one's own port, as kubeadm sets them. */
const HEALTH = {
  "kube-controller-manager": "https://127.0.0.1:10257/healthz",
  "kube-scheduler": "https://127.0.0.1:10259/readyz",
} as const;

/** Ends a part of the control plane, which the kubelet starts anew at once, so that it reads its kubeconfig; another control plane takes its lease. */
export const componentRestart = (name: z.output<typeof component>, onChangeOf: readonly Task[]): Task =>
  command(
    {
      run: sh`${endPart}end_part ${name}
for i in $(seq 90); do [ "$(curl -sk --max-time 5 ${HEALTH[name]})" = ok ] && exit; sleep 1; done
echo ${`${name} is not well a minute and a half after its restart`} >&2
exit 1`,
      onlyWhenTriggered: true,
    },
    { name: `restart ${name}`, onChangeOf },
  );
