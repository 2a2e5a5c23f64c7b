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
        findings.join("\n"),
        "remove the node and let it join again, or renew it by hand with kubeadm",
      );
    return [];
  },
});

export function rotationFindings(
  { rotates, followsFile }: Rotation,
  certificate: CertificateFile | undefined,
): readonly string[] {
  const settings = [
    rotates ? "" : "the kubelet was not told to renew its certificate (rotateCertificates)",
    followsFile ? "" : `kubelet.conf does not use ${CLIENT}, so a renewed certificate would not be`,
  ].filter(Boolean);
  if (certificate === undefined || "unreadable" in certificate)
    return [...settings, `${CLIENT} holds no certificate that can be read`];
  const { notBefore, notAfter, daysLeft } = certificate;
  const days = (Date.parse(notAfter) - Date.parse(notBefore)) / 86_400_000;
  return daysLeft < days * LEAST_LEFT
    ? [...settings, `the kubelet's certificate ends in ${daysLeft} days, and it has not renewed it`]
    : settings;
}
