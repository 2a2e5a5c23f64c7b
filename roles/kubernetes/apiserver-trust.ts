import {
  absolutePath,
  authoritySchema,
  defineOperation,
  file,
  fileHash,
  fileText,
  pathState,
  TaskRefusal,
  z,
} from "ts-play";
import { bundle, certificatesOf, known } from "../etcd/trust.ts";

const args = z.strictObject({
  path: absolutePath.describe("where the authorities' certificates are"),
  ca: authoritySchema().describe("the authority that issues etcd's certificates"),
  former: authoritySchema().optional().describe("another that is trusted as well, while one takes the other's place"),
  extent: z.enum(["widen", "exact"]).describe("`widen`: who is trusted stays so; `exact`: nobody else is trusted"),
});

/** Whom an apiserver trusts as etcd. Never another than who is trusted already, or is named as the one whose place it takes: it would lose its etcd. */
export const apiserverTrust = defineOperation({
  name: "apiserverTrust",
  summary: "The authorities whose certificates an apiserver accepts of etcd; refused when none of them is trusted now.",
  args,
  example: `apiserverTrust({
  path: "/etc/kubernetes/pki/etcd/ca.crt",
  ca: certificateAuthority({ name: "etcd", folder: "pki/etcd", passphrase: { variable: "ETCD_CA_PASSPHRASE" } }),
  extent: "widen",
})`,
  subject: ({ path }) => path,
  read: ({ path }) => ({ state: pathState(path), hash: fileHash(path), text: fileText(path) }),
  plan: ({ args: { path, extent, ...authorities }, current: { state, hash, text } }) => {
    const trusted = certificatesOf(text ?? "");
    const wanted = [authorities.former, authorities.ca].flatMap((one) => (one ? [known(one)] : []));
    if (trusted.length > 0 && !trusted.some((one) => wanted.includes(one))) {
      throw new TaskRefusal(
        "the apiserver trusts another authority of etcd than the one of this control machine",
        "name the folder that its authority is in; while one takes the place of another, etcd_former_pki_folder",
      );
    }
    if (extent === "widen" && wanted.every((one) => one !== undefined && trusted.includes(one))) return [];
    return file.plan({ args: { path, content: bundle(authorities) }, current: { state, hash } });
  },
});
