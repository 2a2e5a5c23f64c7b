import { authoritySchema, certificate, defineRole, directory, file, z } from "ts-play";

const PKI = "/etc/kubernetes/pki";

/** What an apiserver needs to use an etcd on hosts of its own; must be there before the cluster is begun. */
export const externalEtcdClient = defineRole({
  name: "externalEtcdClient",
  summary: "The certificates with which the apiserver of a control plane uses an etcd on hosts of its own.",
  vars: z.strictObject({
    ca: authoritySchema().describe("who issues etcd's certificates: a value of `certificateAuthority(...)`"),
    certificateDays: z.int().min(1).max(3650).default(365).describe("how long the certificate lasts"),
  }),
  tasks: ({ vars: { ca, certificateDays } }) => [
    directory({ path: `${PKI}/etcd`, mode: "0755" }),
    file({ path: `${PKI}/etcd/ca.crt`, content: ca.certificate }),
    certificate({
      path: `${PKI}/apiserver-etcd-client.crt`,
      keyPath: `${PKI}/apiserver-etcd-client.key`,
      ca,
      profile: "client",
      commonName: "kube-apiserver-etcd-client",
      lifetimeDays: certificateDays,
      renewBeforeDays: Math.min(30, Math.floor(certificateDays / 3)),
    }),
  ],
});
