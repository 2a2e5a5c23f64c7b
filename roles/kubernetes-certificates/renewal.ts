import { change, defineOperation, type Probe, predict, run, sh, TaskRefusal, wait, z } from "ts-play";
import {
  type CertificateState,
  certificateState,
  isStale,
  type KubeadmCertificate,
  PARTS,
  type Part,
  partTimes,
} from "../kubernetes/certificate-state.ts";
import { endPart, pidOf } from "../kubernetes/part-process.ts";
import { controlPlaneWell } from "../kubernetes/standing.ts";

type Reads = { readonly state: Probe<CertificateState> };

/** Whether a certificate ends soon, and can be renewed here. */
export const isDue = ({ daysLeft, external }: KubeadmCertificate, beforeDays: number): boolean =>
  !external && daysLeft < beforeDays;

const renewalArgs = z.strictObject({
  beforeDays: z.int().min(1).describe("certificates that end sooner are renewed"),
});

/** Renews what ends soon, and nothing else. Who has read it still runs with the old one. */
export const certificateRenewal = defineOperation<typeof renewalArgs, Reads>({
  name: "certificateRenewal",
  summary:
    "Renews the certificates of a control plane that end soon, with kubeadm; its parts still run with the old ones.",
  args: renewalArgs,
  example: "certificateRenewal({ beforeDays: 30 })",
  subject: () => "",
  read: () => ({ state: certificateState(undefined) }),
  plan: ({ args: { beforeDays }, current: { state } }) => {
    if (state.certificates.length === 0)
      throw new TaskRefusal("kubeadm does not say when its certificates end", "kubeadm certs check-expiration");
    const due = state.certificates.filter((one) => isDue(one, beforeDays));
    if (due.length === 0) return [];
    return [
      run(
        sh`for name in ${due.map(({ name }) => name)}; do
  kubeadm certs renew "$name" >/var/log/kubeadm-renew.log 2>&1 || { cat /var/log/kubeadm-renew.log >&2; exit 1; }
done`,
        {
          changes: due.map(({ name, daysLeft }) => change(name, `ends in ${daysLeft} days`, "renewed")),
          effects: [predict(certificateState(undefined), (before) => renewed(before, beforeDays))],
        },
      ),
    ];
  },
});

const renewed = (before: CertificateState, beforeDays: number): CertificateState => ({
  ...before,
  certificates: before.certificates.map((one) => (isDue(one, beforeDays) ? { ...one, daysLeft: beforeDays } : one)),
  parts: before.parts.map((one) => ({ ...one, written: Number.POSITIVE_INFINITY })),
});

const partArgs = z.strictObject({
  part: z.enum(Object.keys(PARTS) as [Part, ...Part[]]).describe("name of the part"),
});

/**
 * Has a part of a control plane read its certificates: it is ended, and waited for until the kubelet has started it anew and it is well.
 */
export const partRestart = defineOperation<typeof partArgs, Reads>({
  name: "partRestart",
  summary:
    "Restarts a part of a control plane that was started before its certificates were written, and waits until it is well.",
  args: partArgs,
  example: 'partRestart({ part: "kube-apiserver" })',
  subject: ({ part }) => part,
  read: () => ({ state: certificateState(undefined) }),
  plan: ({ args: { part }, current: { state } }) => {
    const found = state.parts.find((one) => one.part === part);
    if (found === undefined || !isStale(found)) return [];
    return [
      run(sh`${endPart}end_part ${part}`, {
        changes: [change("certificates", "as they were when it started", "read again")],
        effects: [
          predict(certificateState(undefined), (before) => ({
            ...before,
            parts: before.parts.map((one) => (one.part === part ? { ...one, started: one.written } : one)),
          })),
        ],
      }),
      wait(
        sh`${pidOf}set -- $(${partTimes(part)})
[ "$#" -eq 4 ] && [ "$3" -ge "$4" ] || exit 1
( ${controlPlaneWell} )`,
        { timeoutMs: 300_000, intervalMs: 1000 },
      ),
    ];
  },
});
