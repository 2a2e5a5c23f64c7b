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
import { kube } from "./kubectl.ts";

/** Where control planes keep manifests that are applied from here. */
export const MANIFESTS = "/etc/kubernetes/ts-play";
export const NETWORK_MANIFEST = `${MANIFESTS}/network.yaml`;

/** What the cluster has of a manifest on the host; `elsewhere`: the host is no control plane of a cluster that answers. */
type Likeness = "same" | "different" | "elsewhere";

/**
 * The apiserver itself compares: it works out what would be there after applying the file, and keeps nothing of it.
 * Between its two looks a controller may write a status, which would show as a difference: so it is asked again.
 */
export const likeness = defineProbe<string, Likeness>({
  name: "manifestLikeness",
  summary: "Whether what a manifest on the host describes is in the cluster as it says.",
  command: (path) => sh`${kube}
if ! [ -s /etc/kubernetes/admin.conf ] || [ "$(kube get --raw /readyz 2>/dev/null)" != ok ]; then echo elsewhere; exit; fi
for pause in 1 2 0; do
  kube diff --server-side --force-conflicts --field-manager=ts-play -f ${path} >/dev/null 2>&1 && { echo same; exit; }
  sleep "$pause"
done
echo different`,
  parse: ({ stdout }) => stdout.trim() as Likeness,
  bare: () => "elsewhere",
  looksAt: (path) => ["tree:/etc/kubernetes", `path:${path}` as Footprint, "unit:kubelet.service"],
  timeoutMs: 60_000,
});

const args = z.strictObject({ path: absolutePath.describe("the manifest, a file on the host") });

/** Keeps what a manifest describes in the cluster; on a host that is no control plane nothing is done. */
export const kubeApply = defineOperation<typeof args, { readonly is: Probe<Likeness> }>({
  name: "kubeApply",
  summary: "Keeps what a manifest describes in the cluster, compared and applied by the apiserver.",
  args,
  example: 'kubeApply({ path: "/etc/kubernetes/ts-play/flannel.yaml" })',
  subject: ({ path }) => path,
  read: ({ path }) => ({ is: likeness(path) }),
  plan: ({ args: { path }, current: { is } }) =>
    is !== "different"
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
        ],
});
