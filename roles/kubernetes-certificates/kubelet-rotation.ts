import {
  type CertificateFile,
  certificateFile,
  defineOperation,
  defineProbe,
  type Probe,
  sh,
  TaskRefusal,
  z,
} from "ts-play";

const CLIENT = "/var/lib/kubelet/pki/kubelet-client-current.pem";

/** What a kubelet was told; undefined on a host that is no node. */
interface Rotation {
  readonly rotates: boolean;
  readonly followsFile: boolean;
}

const kubeletRotation = defineProbe<undefined, Rotation | undefined>({
  name: "kubeletRotation",
  summary: "Whether a kubelet renews its certificate by itself, and uses the file that it renews.",
  command: () => sh`[ -s /etc/kubernetes/kubelet.conf ] || exit 0
grep -qx 'rotateCertificates: true' /var/lib/kubelet/config.yaml && echo rotates
grep -q ${`client-certificate: ${CLIENT}`} /etc/kubernetes/kubelet.conf && echo follows
echo node`,
  parse: ({ stdout }) => {
    const words = stdout.split("\n");
    return words.includes("node")
      ? { rotates: words.includes("rotates"), followsFile: words.includes("follows") }
      : undefined;
  },
  bare: () => undefined,
  looksAt: () => ["tree:/etc/kubernetes", "tree:/var/lib/kubelet"],
});

/** A kubelet renews when between seven and nine tenths of the time are over; one that has not by then will not. */
const LEAST_LEFT = 0.05;

type Reads = { readonly told: Probe<Rotation | undefined>; readonly certificate: Probe<CertificateFile | undefined> };
const args = z.strictObject({});

/** Certificates of kubelets are nobody's to renew: it is only looked whether they renew them. */
export const kubeletRotates = defineOperation<typeof args, Reads>({
  name: "kubeletRotates",
  summary: "Refuses where a kubelet does not renew its certificate by itself; changes nothing itself.",
  args,
  example: "kubeletRotates({})",
  subject: () => "",
  read: () => ({ told: kubeletRotation(undefined), certificate: certificateFile(CLIENT) }),
  plan: ({ current: { told, certificate } }) => {
    const findings = told === undefined ? [] : rotationFindings(told, certificate);
    if (findings.length > 0)
      throw new TaskRefusal(
        findings.map(({ message }) => message).join("\n"),
        [...new Set(findings.map(({ fix }) => fix))].join("; "),
      );
    return [];
  },
});

interface Finding {
  readonly message: string;
  readonly fix: string;
}

/** kubeadm renews no certificates of kubelets. */
const RENEW =
  "journalctl -u kubelet says why it does not renew it; with a certificate that has ended it cannot: remove the node and let it join again, or give it a new kubelet.conf (docs/kubernetes.md, Certificates)";

const UNTOLD: Finding = {
  message: "the kubelet was not told to renew its certificate (rotateCertificates)",
  fix: "set `rotateCertificates: true` in /var/lib/kubelet/config.yaml and in the ConfigMap kube-system/kubelet-config, then systemctl restart kubelet",
};

const UNUSED: Finding = {
  message: `kubelet.conf does not use ${CLIENT}, so a renewed certificate would not be`,
  fix: `in /etc/kubernetes/kubelet.conf let client-certificate and client-key be ${CLIENT}, in the place of any client-certificate-data and client-key-data, then systemctl restart kubelet`,
};

export function rotationFindings(
  { rotates, followsFile }: Rotation,
  certificate: CertificateFile | undefined,
): readonly Finding[] {
  const message = certificateFinding(certificate);
  return [
    ...(rotates ? [] : [UNTOLD]),
    ...(followsFile ? [] : [UNUSED]),
    ...(message === undefined ? [] : [{ message, fix: RENEW }]),
  ];
}

function certificateFinding(certificate: CertificateFile | undefined): string | undefined {
  if (certificate === undefined || "unreadable" in certificate)
    return `${CLIENT} holds no certificate that can be read`;
  const { notBefore, notAfter, daysLeft } = certificate;
  const days = (Date.parse(notAfter) - Date.parse(notBefore)) / 86_400_000;
  return daysLeft < days * LEAST_LEFT
    ? `the kubelet's certificate ends in ${daysLeft} days, and it has not renewed it`
    : undefined;
}
