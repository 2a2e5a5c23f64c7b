import { type Command, defineProbe, sh } from "ts-play";
import { pidOf } from "./part-process.ts";

/** A certificate that kubeadm keeps, by its name there: `apiserver`, `etcd-peer`, `admin.conf` ... */
export interface KubeadmCertificate {
  readonly name: string;
  /** Whole days until it ends; negative when it has. */
  readonly daysLeft: number;
  /** Its authority's key is not on this host, so that kubeadm cannot renew it. */
  readonly external: boolean;
}

/** A part of a control plane that runs, and the certificates that it has read when it started. */
export interface RunningPart {
  readonly part: string;
  /** Seconds since 1970, by the host's clock. */
  readonly started: number;
  /** When the newest of its certificates was written. */
  readonly written: number;
}

export interface CertificateState {
  readonly certificates: readonly KubeadmCertificate[];
  readonly authorities: readonly KubeadmCertificate[];
  readonly parts: readonly RunningPart[];
}

const PKI = "/etc/kubernetes/pki";

/**
 * What each part is restarted for, by the name of its process. Not what an apiserver shows to those that call it, or to etcd: it takes that
 * up by itself. So does etcd, but connections between members last, and are made anew only with it.
 */
export const PARTS = {
  etcd: [`${PKI}/etcd/server.crt`, `${PKI}/etcd/peer.crt`, `${PKI}/etcd/healthcheck-client.crt`],
  "kube-apiserver": [`${PKI}/apiserver-kubelet-client.crt`, `${PKI}/front-proxy-client.crt`],
  "kube-controller-manager": ["/etc/kubernetes/controller-manager.conf"],
  "kube-scheduler": ["/etc/kubernetes/scheduler.conf"],
} as const;

export type Part = keyof typeof PARTS;

/** Prints when a part was started and when the newest of its certificates was written, proc(5); nothing when it does not run. */
export const partTimes = (part: Part): Command => sh`if pid=$(pid_of ${part}); then
  ticks=$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 20)
  echo ${`part ${part}`} $(($(sed -n 's/^btime //p' /proc/stat) + ticks / $(getconf CLK_TCK))) "$(stat -c %Y ${PARTS[part]} 2>/dev/null | sort -n | tail -n 1)"
fi
`;

/** What kubeadm says of its certificates, and which parts run with which; no certificates where there is no control plane. */
export const certificateState = defineProbe<undefined, CertificateState>({
  name: "kubeadmCertificates",
  summary:
    "When the certificates of a control plane end, and whether its parts have read them since they were written.",
  command: () => sh`[ -s /etc/kubernetes/admin.conf ] && command -v kubeadm >/dev/null || exit 0
kubeadm certs check-expiration -o json 2>/dev/null | tr -d '\\n'
echo
${pidOf}${partTimes("etcd")}${partTimes("kube-apiserver")}${partTimes("kube-controller-manager")}${partTimes("kube-scheduler")}`,
  parse: ({ stdout }) => stateIn(stdout),
  bare: () => ({ certificates: [], authorities: [], parts: [] }),
  timeoutMs: 60_000,
});

interface Told {
  readonly name: string;
  readonly residualTime?: number;
  readonly externallyManaged?: boolean;
  readonly missing?: boolean;
}

export function stateIn(output: string): CertificateState {
  const [json = "", ...lines] = output.split("\n");
  const told = (json.startsWith("{") ? JSON.parse(json) : {}) as {
    readonly certificates?: readonly Told[];
    readonly certificateAuthorities?: readonly Told[];
  };
  return {
    certificates: (told.certificates ?? []).flatMap(certificateOf),
    authorities: (told.certificateAuthorities ?? []).flatMap(certificateOf),
    parts: lines.flatMap((line) => {
      const [, part, started, written] = /^part (\S+) (\d+) (\d+)$/.exec(line) ?? [];
      return part === undefined ? [] : [{ part, started: Number(started), written: Number(written) }];
    }),
  };
}

const certificateOf = ({ name, residualTime = 0, externallyManaged = false, missing = false }: Told) =>
  missing ? [] : [{ name, daysLeft: Math.floor(residualTime / 86_400), external: externallyManaged }];

/** Runs with certificates that are not those that are there; the clock of processes counts whole seconds. */
export const isStale = ({ started, written }: RunningPart): boolean => started + 1 < written;
