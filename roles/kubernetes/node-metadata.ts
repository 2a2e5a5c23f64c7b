import { type Change, change, defineOperation, type Probe, predict, run, sh, z } from "ts-play";
import { clusterSilent, kube } from "./kubectl.ts";
import { type ClusterMetadata, clusterMetadata, MANAGER, type NodeMetadata, TAINTS } from "./node-metadata-probe.ts";
import { parseTaint, type Taint, writtenTaint } from "./node-vars.ts";

const texts = z.record(z.string(), z.string());

const args = z.strictObject({
  name: z.string().describe("name of the node"),
  labels: texts.describe("its labels"),
  annotations: texts.describe("its annotations"),
  taints: z.array(z.string()).readonly().describe("its taints, such as `gpu=a100:NoSchedule`"),
});

type Arguments = z.output<typeof args>;

/** Keeps what the inventory says of a node: what is ours and no longer wanted goes, what others have set stays. */
export const nodeMetadata = defineOperation<typeof args, { readonly nodes: Probe<ClusterMetadata> }>({
  name: "nodeMetadata",
  summary: "Keeps labels, annotations and taints of a node; takes off what was set here before, and nothing of others.",
  args,
  example: 'nodeMetadata({ name: "worker1", labels: { gpu: "a100" }, annotations: {}, taints: ["gpu:NoSchedule"] })',
  subject: ({ name }) => name,
  read: () => ({ nodes: clusterMetadata(undefined) }),
  plan: ({ args, current: { nodes } }) => {
    if (nodes === "silent") throw clusterSilent();
    const node = nodes?.find(({ name }) => name === args.name);
    // One that has not joined is not made up here.
    if (node === undefined) return [];
    const wanted = wantedOf(args);
    const changes = [
      ...textChanges("label", node.labels, node.own.labels, wanted.labels),
      ...textChanges("annotation", node.annotations, node.own.annotations, wanted.annotations).filter(
        ({ attribute }) => attribute !== `annotation ${TAINTS}`,
      ),
      ...taintChanges(node, wanted.taints),
    ];
    const isRecorded = recorded(node) === (wanted.annotations[TAINTS] ?? "");
    if (changes.length === 0 && isRecorded) return [];
    return [run(applying(node, wanted), { changes, effects: [predictedOf(node, wanted)], touches: [] })];
  },
});

interface Wanted {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

function wantedOf({ labels, annotations, taints }: Arguments): Wanted {
  const record = taints.length > 0 ? { [TAINTS]: taints.toSorted().join(" ") } : {};
  return { labels, annotations: { ...annotations, ...record }, taints: taints.map((one) => parseTaint(one)!) };
}

function textChanges(
  kind: string,
  now: Readonly<Record<string, string>>,
  own: readonly string[],
  wanted: Readonly<Record<string, string>>,
): readonly Change[] {
  const set = Object.entries(wanted).flatMap(([key, value]) => {
    if (now[key] !== value) return [change(`${kind} ${key}`, now[key], value)];
    return own.includes(key) ? [] : [change(`${kind} ${key}`, `${value} (set by others)`, value)];
  });
  const gone = own.filter((key) => !(key in wanted)).map((key) => change(`${kind} ${key}`, now[key], undefined));
  return [...set, ...gone];
}

const recorded = ({ annotations }: NodeMetadata): string => annotations[TAINTS] ?? "";

const isSame = (one: Taint) => (other: Taint) => one.key === other.key && one.effect === other.effect;

/** Ours that are not wanted any more, where they are still there. */
const unwanted = (node: NodeMetadata, wanted: readonly Taint[]): readonly Taint[] =>
  node.taints.filter((one) => {
    const own = recorded(node)
      .split(" ")
      .flatMap((text) => parseTaint(text) ?? []);
    return own.some(isSame(one)) && !wanted.some(isSame(one));
  });

const missing = (node: NodeMetadata, wanted: readonly Taint[]): readonly Taint[] =>
  wanted.filter((one) => node.taints.find(isSame(one))?.value !== one.value);

function taintChanges(node: NodeMetadata, wanted: readonly Taint[]): readonly Change[] {
  const now = (one: Taint) => node.taints.find(isSame(one))?.value;
  return [
    ...missing(node, wanted).map((one) => change(`taint ${one.key}:${one.effect}`, now(one), one.value)),
    ...unwanted(node, wanted).map((one) => change(`taint ${one.key}:${one.effect}`, one.value, undefined)),
  ];
}

/** Whose taints they are is written down before they are there, and forgotten when they are gone; a node of another identity is not touched. */
function applying(node: NodeMetadata, wanted: Wanted) {
  const both = [...new Set([...recorded(node).split(" "), ...wanted.taints.map(writtenTaint)])].filter(Boolean);
  const during = { ...wanted.annotations, ...(both.length > 0 && { [TAINTS]: both.join(" ") }) };
  const set = missing(node, wanted.taints).map(writtenTaint);
  const gone = unwanted(node, wanted.taints).map(({ key, effect }) => `${key}:${effect}-`);
  const taint =
    set.length + gone.length > 0 ? sh`kube taint node ${node.name} ${[...set, ...gone]} --overwrite >/dev/null` : sh`:`;
  return sh`# keep labels, annotations and taints of a node
set -eu
${kube}
put() { printf '%s' "$1" | kube apply --server-side --force-conflicts --field-manager=${MANAGER} -f - >/dev/null; }
put ${manifest(node, { ...wanted, annotations: during })}
${taint}
put ${manifest(node, wanted)}`;
}

const manifest = ({ name, uid }: NodeMetadata, { labels, annotations }: Wanted): string =>
  JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name, uid, labels, annotations } });

function predictedOf(node: NodeMetadata, wanted: Wanted) {
  const without = <T>(all: Readonly<Record<string, T>>, keys: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key)));
  const after: NodeMetadata = {
    ...node,
    labels: { ...without(node.labels, node.own.labels), ...wanted.labels },
    annotations: { ...without(node.annotations, node.own.annotations), ...wanted.annotations },
    taints: [
      ...node.taints.filter((one) => !unwanted(node, wanted.taints).includes(one) && !wanted.taints.some(isSame(one))),
      ...wanted.taints,
    ],
    own: { labels: Object.keys(wanted.labels), annotations: Object.keys(wanted.annotations) },
  };
  return predict(clusterMetadata(undefined), (before) =>
    before === "silent" ? before : before?.map((one) => (one.name === node.name ? after : one)),
  );
}
