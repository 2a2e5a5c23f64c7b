import {
  type CertificateFile,
  certificateFile,
  change,
  defineOperation,
  defineProbe,
  type Probe,
  pathExists,
  predict,
  run,
  sh,
  TaskRefusal,
  z,
} from "ts-play";
import { clusterConfiguration, initConfiguration, kubeadmFile, type Node } from "./kubeadm-config.ts";
import { type NodeState, nodeState } from "./node-state.ts";
import { countedByPeers, isControlPlane } from "./through-peer.ts";
import { type ClusterVars, certificateNames, clusterVars, peersOf } from "./vars.ts";

const CERTIFICATE = "/etc/kubernetes/pki/apiserver.crt";
/** Where a new certificate waits with its key until both take the place of the old ones. */
const STAGE = "/etc/kubernetes/pki/.apiserver";

/** Defines `answers <name>`: whether the apiserver shows a certificate for this name, whatever it then says. It ends as curl(1) does. */
const answers = (own: string) => sh`answers() {
  case $1 in *:*) name="[$1]" ;; *) name=$1 ;; esac
  curl -s -o /dev/null --max-time 5 --cacert /etc/kubernetes/pki/ca.crt --connect-to ${`::${own}:6443`} "https://$name:6443/livez"
}
`;

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** Names that a running apiserver has no certificate for; undefined where none listens. */
const unservedNames = defineProbe<
  { readonly address: string; readonly names: readonly string[] },
  readonly string[] | undefined
>({
  name: "unservedNames",
  summary:
    "Of some names those that the apiserver of a host does not answer to with its certificate; undefined where none listens.",
  command: ({ address, names }) => sh`[ -s ${CERTIFICATE} ] || exit 0
${answers(bracketed(address))}
for name in ${names}; do
  answers "$name"
  case $? in 0) ;; 7 | 28) echo silent; exit ;; *) echo "$name" ;; esac
done`,
  parse: ({ stdout }) => (stdout.trim() === "silent" ? undefined : stdout.split("\n").filter(Boolean)),
  bare: () => [],
  timeoutMs: 120_000,
});

const args = z.strictObject({
  cluster: clusterVars,
  name: z.string().describe("name of this control plane"),
  address: z.string().describe("its own address"),
});

interface Reads extends Record<string, Probe<unknown>> {
  readonly node: Probe<NodeState>;
  readonly counted: Probe<boolean | undefined>;
  readonly certificate: Probe<CertificateFile | undefined>;
  readonly unserved: Probe<readonly string[] | undefined>;
  readonly interrupted: Probe<boolean>;
}

/**
 * Keeps the names in the certificate of an apiserver. Names that are in it beside the wanted ones stay, so that an endpoint that moves is valid at both
 * places. The apiserver takes up a new certificate by itself, so no connection ends; that it has is what is looked at. A host whose join
 * was interrupted has a certificate and no apiserver: it is passed over, so that joining can clean it.
 */
export const apiServerCertificate = defineOperation<typeof args, Reads>({
  name: "apiServerCertificate",
  summary:
    "Keeps the names in the certificate of an apiserver, and that it answers to all of them; more names stay. One whose join was interrupted is passed over.",
  args,
  example: "apiServerCertificate({ cluster, name: host.name, address: host.address })",
  subject: ({ name }) => name,
  read: ({ cluster, name, address }) => ({
    node: nodeState(name),
    counted: countedByPeers({ name, peers: peersOf(cluster, name) }),
    certificate: certificateFile(CERTIFICATE),
    unserved: unservedNames({ address, names: certificateNames(cluster) }),
    interrupted: pathExists(STAGE),
  }),
  plan: ({ args, current: { node, counted, certificate, unserved, interrupted } }) => {
    if (certificate === undefined || !isControlPlane(node.stage, counted)) return [];
    if ("unreadable" in certificate)
      throw new TaskRefusal(`${CERTIFICATE}: ${certificate.unreadable}`, "kubeadm init phase certs apiserver");
    if (unserved === undefined && !interrupted)
      throw new TaskRefusal(
        `no apiserver listens on ${bracketed(args.address)}:6443`,
        "look at it first: journalctl -u kubelet",
      );
    const present = [...certificate.names, ...certificate.addresses];
    const missing = certificateNames(args.cluster).filter((name) => !present.includes(name));
    if (missing.length === 0 && !interrupted) return unserved?.length === 0 ? [] : [taking(args, unserved)];
    return [issuing(args, present, missing), taking(args, unserved)];
  },
});

/** Made aside with a key of its own; of the two renames the first may be the last that happens, so the next run ends what it finds. */
const issuing = ({ cluster, ...node }: z.output<typeof args>, present: readonly string[], missing: readonly string[]) =>
  run(
    sh`set -eu
umask 077
pki=/etc/kubernetes/pki stage=${STAGE}
if [ -e "$stage/apiserver.crt" ] && ! [ -e "$stage/apiserver.key" ]; then mv -f "$stage/apiserver.crt" "$pki/"; fi
rm -rf "$stage"
mkdir "$stage"
ln -s "$pki/ca.crt" "$pki/ca.key" "$stage/"
kubeadm init phase certs apiserver --config /dev/stdin >/var/log/kubeadm-certs.log 2>&1 || {
  code=$?
  tail -n 20 /var/log/kubeadm-certs.log >&2
  exit "$code"
}
chmod 0644 "$stage/apiserver.crt"
sync "$stage/apiserver.key" "$stage/apiserver.crt"
mv -f "$stage/apiserver.key" "$pki/"
mv -f "$stage/apiserver.crt" "$pki/"
rm -rf "$stage"
sync "$pki"`,
    {
      stdin: certificateRequest(cluster, node, present),
      changes: [change("names", undefined, missing.join(", "))],
      effects: [
        predict(certificateFile(CERTIFICATE), (before) =>
          before && !("unreadable" in before) ? { ...before, names: [...before.names, ...missing] } : before,
        ),
        predict(pathExists(STAGE), false),
      ],
      touches: ["tree:/etc/kubernetes/pki"],
    },
  );

/** What kubeadm is told: the cluster, with the names that are in the certificate now. */
export const certificateRequest = (cluster: ClusterVars, node: Node, present: readonly string[]): string =>
  kubeadmFile([
    initConfiguration(cluster, node),
    {
      ...clusterConfiguration({ ...cluster, names: [...cluster.names, ...present] }),
      certificatesDir: STAGE,
    },
  ]);

/** A running apiserver looks at its files once a minute at the latest; the kubelet begins one that has failed after five minutes at the latest. */
const taking = ({ cluster, address }: z.output<typeof args>, unserved: readonly string[] | undefined) => {
  const names = certificateNames(cluster);
  const minutes = unserved === undefined ? 7 : 2;
  return run(
    sh`${answers(bracketed(address))}
seconds=${60 * minutes}
end=$(($(date +%s) + seconds))
while :; do
  left=
  for name in ${names}; do answers "$name" || left="$left $name"; done
  [ -n "$left" ] || exit 0
  [ "$(date +%s)" -lt "$end" ] || break
  sleep 1
done
echo ${`after ${minutes} minutes the apiserver does not answer to:`}"$left" >&2
exit 1`,
    {
      changes: [change("answers to", undefined, (unserved?.length ? unserved : names).join(", "))],
      effects: [predict(unservedNames({ address, names }), [])],
    },
  );
};
