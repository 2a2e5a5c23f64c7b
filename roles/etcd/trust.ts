import {
  absolutePath,
  authoritySchema,
  type CertificateAuthority,
  type CertificateFile,
  certificateFile,
  defineOperation,
  file,
  fileHash,
  fileText,
  isSignedBy,
  pathState,
  TaskRefusal,
  z,
} from "ts-play";
import { etcdHasLog } from "./has-log.ts";

const args = z.object({
  path: absolutePath.describe("where the authority's certificate is"),
  ca: authoritySchema().describe("the authority that issues"),
  former: authoritySchema().optional().describe("another that is trusted as well, while one takes the other's place"),
  rotation: z
    .enum(["none", "widen", "narrow"])
    .default("none")
    .describe("`widen` begins to trust the new authority beside the former, `narrow` ends to trust the former"),
  own: absolutePath.describe("the member's own certificate: what has issued it must be trusted"),
  dataDir: absolutePath.describe("the member's data directory"),
  walDir: absolutePath.optional().describe("where its log is, when elsewhere"),
});

/**
 * The authority that a member trusts. A member with data keeps the one it has: etcd reads its own certificate at each handshake,
 * but whom it trusts only when it starts, so members with certificates of another authority would part from each other. Only a rotation
 * changes it, in two steps with a restart of all after each.
 */
export const etcdTrust = defineOperation({
  name: "etcdTrust",
  summary: "The authority that a member of etcd trusts; refused when it is another than that of its cluster.",
  args,
  example: `etcdTrust({
  path: "/etc/etcd/pki/ca.crt",
  ca: certificateAuthority({ name: "etcd", folder: "pki/etcd", passphrase: { variable: "ETCD_CA_PASSPHRASE" } }),
  own: "/etc/etcd/pki/server.crt",
  dataDir: "/var/lib/etcd",
})`,
  subject: ({ path }) => path,
  read: ({ path, own, dataDir, walDir }) => ({
    state: pathState(path),
    hash: fileHash(path),
    text: fileText(path),
    own: certificateFile(own),
    hasLog: etcdHasLog({ dataDir, walDir }),
  }),
  plan: ({ args, current: { state, hash, text, own, hasLog } }) => {
    const trusted = hasLog ? certificatesOf(text ?? "") : [];
    const content = trusted.length === 0 ? bundle(args) : next(args, trusted, own);
    // What is known only when it is made is no reason to leave a file as it is.
    const isNew = typeof content !== "string" && args.rotation === "widen";
    const current = isNew ? { state: { type: "absent" as const }, hash: undefined } : { state, hash };
    return file.plan({ args: { path: args.path, content }, current });
  },
});

type Trust = z.output<typeof args>;

/** What a member with data is to trust, when that is not another cluster's authority. */
function next(args: Trust, trusted: readonly string[], own: CertificateFile | undefined) {
  const { ca, former, rotation } = args;
  const trustsNew = trusted.includes(known(ca) ?? "");
  const trustsFormer = former !== undefined && trusted.includes(known(former) ?? "");
  const isStranger = trusted.length !== Number(trustsNew) + Number(trustsFormer);
  if (isStranger) throw another(ca, false);
  if (!trustsNew && rotation !== "widen") throw another(ca, trustsFormer);
  if (rotation !== "narrow") return trustsNew && !trustsFormer && isOf(own, ca) ? ca.certificate : bundle(args);
  if (!isOf(own, ca))
    throw new TaskRefusal(
      "its own certificate is of the authority that is to be trusted no more",
      "let etcd-rotate-ca.ts issue certificates of the new one first",
    );
  return ca.certificate;
}

const another = ({ name }: CertificateAuthority, isFormer: boolean): TaskRefusal =>
  isFormer
    ? new TaskRefusal("the cluster of this member does not trust the new authority yet", "run etcd-rotate-ca.ts")
    : new TaskRefusal(
        `the cluster of this member trusts another authority than the ${name} of this control machine`,
        "run it with the folder that its authority is in: a relative one starts at the working directory",
      );

/** The former comes first, so that the text is the same whoever asks. */
export function bundle({ ca, former }: Pick<Trust, "ca" | "former">) {
  if (former === undefined) return ca.certificate;
  const old = certificateText(former);
  if (old === undefined)
    throw new TaskRefusal(`there is no certificate of the former ${former.name}`, "correct etcd_former_pki_folder");
  const now = certificateText(ca);
  return now === undefined ? ca.certificate.map((text) => old + text) : old + now;
}

/** Known to a plan once it has been made. */
function certificateText({ certificate }: CertificateAuthority): string | undefined {
  const text: unknown = certificate;
  return typeof text === "string" ? text : undefined;
}

/** Its certificate without line breaks; undefined until it has been made. */
export const known = (authority: CertificateAuthority): string | undefined =>
  certificatesOf(certificateText(authority) ?? "")[0];

/** Each certificate of a text in PEM, without its line breaks. */
export const certificatesOf = (text: string): readonly string[] =>
  (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => pem.replace(/\s/g, ""));

function isOf(own: CertificateFile | undefined, ca: CertificateAuthority): boolean {
  const [pem, authority] = [own && "pem" in own ? own.pem : undefined, certificateText(ca)];
  return pem !== undefined && authority !== undefined && isSignedBy(pem, authority);
}
