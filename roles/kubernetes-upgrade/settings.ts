import { defineProbe, sh } from "ts-play";
import { kube } from "../kubernetes/kubectl.ts";
import type { Reader, Setting } from "./removed.ts";

/** What has been set on a node and, on a control plane, in its cluster. */
export interface NodeSettings {
  readonly settings: readonly Setting[];
  /** Its kubelet would refuse control groups of version 1, and it has no others. */
  readonly needsOldGroups: boolean;
}

const MARK = "-- ";

/** Each file or object after a line with its name. A question that gets no answer is no answer that nothing is set. */
export const nodeSettings = defineProbe<undefined, NodeSettings | undefined>({
  name: "nodeSettings",
  summary:
    "Flags and feature gates that were set for kubelets, and on a control plane for its parts and kube-proxy; undefined where they cannot be read.",
  command: () => sh`set -e
for f in /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/sysconfig/kubelet; do
  [ ! -r "$f" ] || { printf '\\n-- %s\\n' "$f"; cat "$f"; }
done
[ -e /sys/fs/cgroup/cgroup.controllers ] || printf '\\n-- old groups\\n'
[ -s /etc/kubernetes/admin.conf ] || exit 0
${kube}
printf '\\n-- kubeadm-config\\n'; kube -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}'
printf '\\n-- kube-proxy\\n'; kube -n kube-system get configmap kube-proxy --ignore-not-found -o 'jsonpath={.data.config\\.conf}'`,
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? settingsIn(stdout) : undefined),
  bare: () => ({ settings: [], needsOldGroups: false }),
  timeoutMs: 60_000,
});

export function settingsIn(output: string): NodeSettings {
  const texts = new Map(
    `\n${output}`
      .split(`\n${MARK}`)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [end < 0 ? part : part.slice(0, end), end < 0 ? "" : part.slice(end + 1)] as const;
      }),
  );
  const config = texts.get("/var/lib/kubelet/config.yaml") ?? "";
  return {
    settings: [
      ...gatesIn(config, "kubelet", "/var/lib/kubelet/config.yaml"),
      // What kubeadm itself has put into kubeadm-flags.env, it takes out again.
      ...["/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet", "/etc/sysconfig/kubelet"].flatMap((path) =>
        kubeletFlags(texts.get(path) ?? "", path).filter(
          ({ name }) => !(path.endsWith("kubeadm-flags.env") && name === "pod-infra-container-image"),
        ),
      ),
      ...extraArguments(texts.get("kubeadm-config") ?? ""),
      ...gatesIn(texts.get("kube-proxy") ?? "", "kubeProxy", "the ConfigMap kube-proxy"),
    ],
    needsOldGroups: texts.has("old groups") && !/^failCgroupV1: false$/m.test(config),
  };
}

/** `featureGates:` with a line for each, as all of Kubernetes writes it. */
function gatesIn(config: string, reader: Reader, place: string): readonly Setting[] {
  const block = /^featureGates:\n((?: +\S.*\n?)+)/m.exec(config)?.[1] ?? "";
  return [...block.matchAll(/^ +(\w+):/gm)].map(([, name = ""]) => ({ reader, kind: "gate", name, place }));
}

/** `KUBELET_EXTRA_ARGS="--a=b --c"`. */
function kubeletFlags(text: string, place: string): readonly Setting[] {
  return [...text.matchAll(/--([a-z][\w-]*)(?:[= ]([^\s"']+))?/g)].flatMap(([, name = "", value = ""]) =>
    flagSettings({ reader: "kubelet", name, value, place }),
  );
}

/** A flag, and what it sets if it sets feature gates. */
const flagSettings = ({ value, ...flag }: Omit<Setting, "kind"> & { readonly value: string }): readonly Setting[] => [
  { ...flag, kind: "flag" },
  ...(flag.name === "feature-gates"
    ? [...value.matchAll(/(\w+)=/g)].map(([, name = ""]) => ({ ...flag, kind: "gate" as const, name }))
    : []),
];

const PARTS: readonly string[] = ["apiServer", "controllerManager", "scheduler"];

/**
 * `extraArgs` of the parts in kubeadm's configuration, which it writes in one way only: a list of `name` and `value` since v1beta4,
 * a map before.
 */
function extraArguments(configuration: string): readonly Setting[] {
  const parts = configuration.split(/^(?=\w+:)/m).flatMap((part) => {
    const reader = part.slice(0, part.indexOf(":"));
    return PARTS.includes(reader) ? [{ reader: reader as Reader, text: part }] : [];
  });
  return parts.flatMap(({ reader, text }) => {
    const block = /^ {2}extraArgs:\n((?: {2}- .*\n?| {4}.*\n?)+)/m.exec(text)?.[1] ?? "";
    const place = `extraArgs of ${reader} in kubeadm-config`;
    const listed = [...block.matchAll(/^ {2}- name: (\S+)\n {4}value: (.*)$/gm)];
    const mapped = [...block.matchAll(/^ {4}(?!value:)([a-z][\w-]*): (.*)$/gm)];
    return [...listed, ...mapped].flatMap(([, name = "", value = ""]) => flagSettings({ reader, name, value, place }));
  });
}
