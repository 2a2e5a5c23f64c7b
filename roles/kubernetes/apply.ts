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
import { ADMIN, clusterSilent, kube, patiently } from "./kubectl.ts";

/** Where control planes keep manifests that are applied from here. */
export const MANIFESTS = "/etc/kubernetes/ts-play";
export const NETWORK_MANIFEST = `${MANIFESTS}/network.yaml`;

/** What the cluster has of a manifest on the host. `elsewhere`: the host is no control plane. `silent`: it is one of a cluster that does not answer. */
type Likeness = "same" | "different" | "elsewhere" | "silent";

/**
 * The apiserver itself compares: it works out what would be there after applying the file, and keeps nothing of it.
 * Between its two looks a controller may write a status, which would show as a difference: so it is asked again.
 */
export const likeness = defineProbe<string, Likeness>({
  name: "manifestLikeness",
  summary: "Whether what a manifest on the host describes is in the cluster as it says.",
  command: (path) => sh`${kube}${patiently}[ -s ${ADMIN} ] || { echo elsewhere; exit; }
[ "$(patiently kube get --raw /readyz 2>/dev/null)" = ok ] || { echo silent; exit; }
for pause in 1 2 0; do
  kube diff --server-side --force-conflicts --field-manager=ts-play -f ${path} >/dev/null 2>&1 && { echo same; exit; }
  sleep "$pause"
done
echo different`,
  parse: ({ stdout }) => stdout.trim() as Likeness,
  bare: () => "elsewhere",
  looksAt: (path) => ["tree:/etc/kubernetes", `path:${path}` as Footprint, "unit:kubelet.service"],
  timeoutMs: 120_000,
});

const args = z.strictObject({ path: absolutePath.describe("the manifest, a file on the host") });

/** Keeps what a manifest describes in the cluster. */
export const kubeApply = defineOperation<typeof args, { readonly is: Probe<Likeness> }>({
  name: "kubeApply",
  summary:
    "Keeps what a manifest describes in the cluster, compared and applied by the apiserver; on a host that is no control plane nothing is done.",
  args,
  example: 'kubeApply({ path: "/etc/kubernetes/ts-play/flannel.yaml" })',
  subject: ({ path }) => path,
  read: ({ path }) => ({ is: likeness(path) }),
  plan: ({ args: { path }, current: { is } }) => {
    if (is === "silent") throw clusterSilent();
    return is !== "different"
      ? []
      : [
          run(
            sh`${kube}
kube apply --server-side --force-conflicts --field-manager=ts-play -f ${path} >/dev/null`,
            {
              changes: [change("in the cluster", "different", "as the file")],
              effects: [predict(likeness(path), "same")],
            },
          ),
        ];
  },
});
