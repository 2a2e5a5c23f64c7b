import { defineProbe, sh } from "ts-play";
import { kube } from "./kubectl.ts";
import type { Taint } from "./node-vars.ts";

/** Under this name the apiserver keeps which labels and annotations are ours: what others have set stays theirs. */
export const MANAGER = "ts-play-nodes";

/** Taints are one list for all, of which the apiserver does not keep whose they are; so ours are told here. */
export const TAINTS = "ts-play/taints";

export interface NodeMetadata {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Keys of what was set by us. */
  readonly own: { readonly labels: readonly string[]; readonly annotations: readonly string[] };
}

/** `silent`: the host is a control plane of a cluster that does not answer. Undefined: it is none. */
export type ClusterMetadata = readonly NodeMetadata[] | "silent" | undefined;

/** Tabs are never part of JSON, which is how kubectl prints what is not a text. */
export const clusterMetadata = defineProbe<undefined, ClusterMetadata>({
  name: "clusterMetadata",
  summary:
    "Labels, annotations and taints of all nodes, and which of them are ours; undefined on a host that is no control plane.",
  command: () => sh`${kube}
[ -s /etc/kubernetes/admin.conf ] || { echo elsewhere; exit; }
kube get nodes -o ${`jsonpath={range .items[*]}{.metadata.name}{"\\t"}{.metadata.uid}{"\\t"}{.metadata.labels}{"\\t"}{.metadata.annotations}{"\\t"}{.spec.taints}{"\\t"}{.metadata.managedFields[?(@.manager=="${MANAGER}")].fieldsV1}{"\\n"}{end}`}`,
  parse: ({ stdout, exitCode }) => {
    if (stdout === "elsewhere\n") return undefined;
    return exitCode === 0 ? stdout.split("\n").filter(Boolean).map(metadataIn) : "silent";
  },
  bare: () => undefined,
  looksAt: () => ["tree:/etc/kubernetes", "unit:kubelet.service"],
  timeoutMs: 60_000,
});

export function metadataIn(line: string): NodeMetadata {
  const [name = "", uid = "", labels, annotations, taints, fields] = line.split("\t");
  const json = (given: string | undefined, otherwise: string) => JSON.parse(given || otherwise);
  const { "f:metadata": set = {} } = json(fields, "{}") as { "f:metadata"?: Record<string, object> };
  return {
    name,
    uid,
    labels: json(labels, "{}"),
    annotations: json(annotations, "{}"),
    taints: json(taints, "[]").map(({ key, value = "", effect }: Taint) => ({ key, value, effect })),
    own: { labels: keysOf(set["f:labels"]), annotations: keysOf(set["f:annotations"]) },
  };
}

/** Fields are `f:<key>`; `.` stands for the map itself. */
const keysOf = (fields: object = {}): readonly string[] =>
  Object.keys(fields).flatMap((name) => (name.startsWith("f:") ? [name.slice(2)] : []));
