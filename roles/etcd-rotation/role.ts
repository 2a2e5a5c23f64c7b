import { defineRole, z } from "ts-play";
import { issuedCertificates, memberTrust } from "../etcd/certificates.ts";
import { etcdVars, selfIn } from "../etcd/vars.ts";

/** Whom a member trusts, while one authority takes the place of another. */
export const etcdTrusting = defineRole({
  name: "etcdTrusting",
  summary: "A member of etcd begins to trust a new authority beside the former, or ends to trust the former.",
  vars: etcdVars.safeExtend({
    rotation: z.enum(["widen", "narrow"]).describe("begin to trust the new one, or end to trust the former"),
  }),
  tasks: ({ vars }) => [memberTrust(vars, vars.rotation)],
});

/** Read at each handshake, so nothing is restarted. */
export const etcdCertified = defineRole({
  name: "etcdCertified",
  summary: "The certificates of a member of etcd, issued by the authority that is to issue.",
  vars: etcdVars,
  tasks: ({ vars, host }) => [issuedCertificates(vars, selfIn(vars.members, host.name), "etcd")],
});
