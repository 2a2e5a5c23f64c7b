import { authoritySchema, type Command, certificate, command, defineRole, directory, sh, type Tasks, z } from "ts-play";
import { apiserverTrust } from "./apiserver-trust.ts";
import { endPart } from "./part-process.ts";

const PKI = "/etc/kubernetes/pki";

const vars = z.strictObject({
  ca: authoritySchema().describe("who issues etcd's certificates: a value of `certificateAuthority(...)`"),
  formerCa: authoritySchema().optional().describe("trusted as well, while `ca` takes its place (etcd-rotate-ca.ts)"),
});

/** Before members of etcd may show certificates of another authority. */
export const externalEtcdTrust = defineRole({
  name: "externalEtcdTrust",
  summary:
    "The apiserver of a control plane begins to trust who issues the certificates of an etcd on hosts of its own, and ends to trust nobody yet.",
  vars,
  tasks: ({ vars }) => [directory({ path: `${PKI}/etcd`, mode: "0755" }), trust(vars, "widen")],
});

/** What an apiserver needs to use an etcd on hosts of its own; must be there before the cluster is begun. */
export const externalEtcdClient = defineRole({
  name: "externalEtcdClient",
  summary: "The certificates with which the apiserver of a control plane uses an etcd on hosts of its own.",
  vars: vars.extend({
    certificateDays: z.int().min(1).max(3650).default(365).describe("how long the certificate lasts"),
  }),
  tasks: ({ vars: { certificateDays, ...authorities } }) => [
    directory({ path: `${PKI}/etcd`, mode: "0755" }),
    trust(authorities, "exact"),
    certificate({
      path: `${PKI}/apiserver-etcd-client.crt`,
      keyPath: `${PKI}/apiserver-etcd-client.key`,
      ca: authorities.ca,
      profile: "client",
      commonName: "kube-apiserver-etcd-client",
      lifetimeDays: certificateDays,
      renewBeforeDays: Math.min(30, Math.floor(certificateDays / 3)),
    }),
  ],
});

/** An apiserver reads its certificate at each handshake, but whom it trusts only when it starts. */
function trust({ ca, formerCa }: z.output<typeof vars>, extent: "widen" | "exact"): Tasks {
  const trusted = apiserverTrust({ path: `${PKI}/etcd/ca.crt`, ca, former: formerCa, extent });
  const restarted = command(
    { run: apiserverRestart, onlyWhenTriggered: true },
    { onChangeOf: [trusted], name: "apiserver trusts them" },
  );
  return [trusted, restarted];
}

/** Where none runs there is none to restart. It is ready when it has read from etcd; one that lets nobody in without a name says 401. */
const apiserverRestart: Command = sh`${endPart}pid_of kube-apiserver >/dev/null || exit 0
end_part kube-apiserver
for i in $(seq 180); do
  case $(curl -sk -o /dev/null -w '%{http_code}' --max-time 2 https://127.0.0.1:6443/readyz) in 200 | 401) exit 0 ;; esac
  sleep 1
done
echo 'the apiserver was restarted, and does not say that it is ready: look into /var/log/pods/kube-system_kube-apiserver-*' >&2
exit 1`;
