import {
  absolutePath,
  authoritySchema,
  type CertificateAuthority,
  type CertificateFile,
  certificateFile,
  defineOperation,
  file,
  fileHash,
  isSignedBy,
  pathState,
  TaskRefusal,
  z,
} from "ts-play";
import { etcdHasLog } from "./has-log.ts";

/**
 * The authority that a member trusts. A member with data keeps the one it has: etcd reads its own certificate at each handshake,
 * but whom it trusts only when it starts, so members with certificates of another authority would part from each other.
 */
export const etcdTrust = defineOperation({
  name: "etcdTrust",
  summary: "The authority that a member of etcd trusts; refused when it is another than that of its cluster.",
  args: z.object({
    path: absolutePath.describe("where the authority's certificate is"),
    ca: authoritySchema().describe("the authority"),
    dataDir: absolutePath.describe("the member's data directory"),
    walDir: absolutePath.optional().describe("where its log is, when elsewhere"),
  }),
  example: `etcdTrust({
  path: "/etc/etcd/pki/ca.crt",
  ca: certificateAuthority({ name: "etcd", folder: "pki/etcd", passphrase: { variable: "ETCD_CA_PASSPHRASE" } }),
  dataDir: "/var/lib/etcd",
})`,
  subject: ({ path }) => path,
  read: ({ path, dataDir, walDir }) => ({
    state: pathState(path),
    hash: fileHash(path),
    trusted: certificateFile(path),
    hasLog: etcdHasLog({ dataDir, walDir }),
  }),
  plan: ({ args: { path, ca }, current: { state, hash, trusted, hasLog } }) => {
    if (hasLog && isAnother(trusted, ca))
      throw new TaskRefusal(
        `the cluster of this member trusts another authority than the ${ca.name} of this control machine`,
        "run it with the folder that its authority is in: a relative one starts at the working directory",
      );
    return file.plan({ args: { path, content: ca.certificate }, current: { state, hash } });
  },
});

/** One that has yet to be made is another, too. */
function isAnother(trusted: CertificateFile | undefined, ca: CertificateAuthority): boolean {
  const authority: unknown = ca.certificate;
  const pem = trusted && "pem" in trusted ? trusted.pem : undefined;
  return pem !== undefined && !(typeof authority === "string" && isSignedBy(pem, authority));
}
