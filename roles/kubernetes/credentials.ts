import { createHash, X509Certificate } from "node:crypto";
import { type CommandResult, defineOutput, type Secret, secret, sh } from "ts-play";
import { kube } from "./kubectl.ts";

/** Marks the tokens that a run makes, so that they, and no others, are deleted afterwards. */
export const TOKEN_MARK = "ts-play";

/** The same for what kubeadm makes without a description: the shared certificates, and the token whose end is theirs. */
export const SECRET_MARK = "app.kubernetes.io/managed-by=ts-play";

/** Longer than any run that joins nodes should take; kubeadm's own limit for the shared certificates is the same. */
const LIFETIME = "2h";

const readyCluster = sh`set -eu
${kube}
[ "$(kube get --raw /readyz)" = ok ]
cat /etc/kubernetes/pki/ca.crt
echo "token $(kubeadm token create --ttl ${LIFETIME} --description ${TOKEN_MARK} 2>/dev/null)"
`;

/** What a worker needs to join; asking makes it, on whichever control plane is well. */
export const workerAdmission = defineOutput({ name: "join token", command: readyCluster, parse: admissionIn });

/** What a control plane needs to join: the shared certificates are put into the cluster, encrypted, for two hours. */
export const masterAdmission = defineOutput({
  name: "join token and certificate key",
  command: sh`${readyCluster}kube -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}' |
  kubeadm init phase upload-certs --upload-certs --config /dev/stdin 2>/dev/null | sed -n 's/^\\([0-9a-f]\\{64\\}\\)$/key \\1/p'
owner=$(kube -n kube-system get secret kubeadm-certs -o 'jsonpath={.metadata.ownerReferences[*].name}')
kube -n kube-system label --overwrite secret kubeadm-certs $owner ${SECRET_MARK} >/dev/null`,
  parse: (result) => {
    const admission = admissionIn(result);
    if (admission.key === undefined) throw new Error("kubeadm gave no key to the shared certificates");
    return admission;
  },
});

/** An admission whose words cannot be printed by accident. */
export interface SecretAdmission {
  readonly caHash: string;
  readonly token: Secret;
  readonly key: Secret | undefined;
}

function admissionIn({ stdout }: CommandResult): SecretAdmission {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(stdout)?.[0];
  const token = /^token ([a-z0-9]{6}\.[a-z0-9]{16})$/m.exec(stdout)?.[1];
  if (pem === undefined || token === undefined) throw new Error("kubeadm made no token");
  const key = /^key ([0-9a-f]{64})$/m.exec(stdout)?.[1];
  return { caHash: publicKeyHash(pem), token: secret(token), key: key === undefined ? undefined : secret(key) };
}

/** What kubeadm pins: SHA-256 over the DER of the CA's public key (RFC 7469). */
export const publicKeyHash = (pem: string): string =>
  `sha256:${createHash("sha256")
    .update(new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" }))
    .digest("hex")}`;
