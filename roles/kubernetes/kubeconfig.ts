import {
  absolutePath,
  change,
  defineOperation,
  defineProbe,
  type Footprint,
  type Probe,
  predict,
  run,
  sh,
  z,
} from "ts-play";

/** A cluster that a kubeconfig names. */
export interface NamedServer {
  readonly name: string;
  readonly server: string;
}

/**
 * The clusters of a kubeconfig that this node belongs to: those with the CA that is in /etc/kubernetes/pki. A link is not followed, because what it
 * leads to is a place of its own. Keys are neither printed nor read.
 */
export const kubeconfigServers = defineProbe<string, readonly NamedServer[] | undefined>({
  name: "kubeconfigServers",
  summary: "Where a kubeconfig of a host calls the cluster that the host belongs to; undefined where there is no file.",
  command: (path) => sh`f=${path} ca=/etc/kubernetes/pki/ca.crt
[ -f "$f" ] && ! [ -L "$f" ] && [ -s "$ca" ] && command -v kubectl >/dev/null || exit 0
echo there
own=$(base64 -w 0 <"$ca")
kubectl config view --raw --kubeconfig "$f" -o 'jsonpath={range .clusters[*]}{.cluster.certificate-authority-data}|{.name}|{.cluster.server}{"\\n"}{end}' |
  awk -F '|' -v own="$own" '$1 == own { print $2 "|" $3 }'`,
  parse: ({ stdout, stderr }) => {
    if (stderr !== "") throw new Error(stderr.trim());
    const [there, ...lines] = stdout.split("\n").filter(Boolean);
    if (there === undefined) return undefined;
    return lines.map((line) => ({ name: line.split("|")[0]!, server: line.split("|")[1] ?? "" }));
  },
  bare: () => undefined,
  looksAt: (path) => [`path:${path}` as Footprint, "path:/etc/kubernetes/pki/ca.crt"],
});

const args = z.strictObject({
  path: absolutePath.describe("the kubeconfig"),
  servers: z
    .array(z.string())
    .nonempty()
    .readonly()
    .describe("URLs of the cluster that are right; where another stands the first is written"),
});

/** Keeps where a kubeconfig calls the cluster; other clusters, users and keys in it stay. */
export const kubeconfigServer = defineOperation<
  typeof args,
  { readonly found: Probe<readonly NamedServer[] | undefined> }
>({
  name: "kubeconfigServer",
  summary: "Keeps where a kubeconfig that is there calls the cluster; all else in it stays.",
  args,
  example: 'kubeconfigServer({ path: "/etc/kubernetes/admin.conf", servers: ["https://kubernetes.internal:8443"] })',
  subject: ({ path }) => path,
  read: ({ path }) => ({ found: kubeconfigServers(path) }),
  plan: ({ args: { path, servers }, current: { found = [] } }) => {
    const url = servers[0]!;
    const wrong = found.filter(({ server }) => !servers.includes(server));
    return wrong.map(({ name, server }) =>
      run(
        sh`set -eu
f=${path}
new=$(mktemp "$f.XXXXXX")
trap 'rm -f "$new" "$new.lock"' EXIT
cp -p "$f" "$new"
kubectl config --kubeconfig "$new" set-cluster ${name} --server ${url} >/dev/null
sync "$new"
mv -f "$new" "$f"`,
        {
          changes: [change("server", server, url)],
          effects: [
            predict(kubeconfigServers(path), (all) =>
              all?.map((one) => (one.name === name ? { ...one, server: url } : one)),
            ),
          ],
          touches: [`path:${path}` as Footprint],
        },
      ),
    );
  },
});
