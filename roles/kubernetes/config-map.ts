import { change, defineOperation, defineProbe, type Probe, predict, run, type Step, sh, TaskRefusal, z } from "ts-play";
import { CONFIG_MAPS, type ConfigMapName } from "./endpoint-places.ts";
import { type NodeState, nodeState } from "./node-state.ts";
import { ownApiServer } from "./own-apiserver.ts";
import { countedByPeers, isControlPlane } from "./through-peer.ts";
import { authority, type ClusterVars, clusterVars, peersOf } from "./vars.ts";

/** `elsewhere`: the host is no control plane. `silent`: its apiserver does not answer. `absent`: there is no such part. */
export type ConfigMapText = { readonly text: string } | "elsewhere" | "silent" | "absent";

/** Asked through the control plane's own apiserver. */
export const configMapText = defineProbe<ConfigMapName, ConfigMapText>({
  name: "configMapText",
  summary: "What a ConfigMap that names the endpoint says, as a control plane sees it.",
  command: (place) => {
    const { namespace, name, key } = CONFIG_MAPS[place];
    return sh`[ -s /etc/kubernetes/admin.conf ] || { echo elsewhere; exit; }
${ownApiServer}
found=$(here -n ${namespace} get configmap ${name} --ignore-not-found -o name) || { echo silent; exit; }
[ -n "$found" ] || { echo absent; exit; }
echo text
here -n ${namespace} get configmap ${name} -o ${`jsonpath={.data.${key.replaceAll(".", "\\.")}}`}`;
  },
  parse: ({ stdout, stderr, exitCode }) => {
    const [kind = "", ...lines] = stdout.split("\n");
    if (kind === "elsewhere" || kind === "silent" || kind === "absent") return kind;
    if (kind !== "text") throw new Error(stderr.trim() || "the script says nothing");
    // It has answered the first question, and not the second.
    if (exitCode !== 0) return "silent";
    return lines.join("") === "" ? "absent" : { text: lines.join("\n") };
  },
  bare: () => "elsewhere",
  looksAt: () => ["tree:/etc/kubernetes", "unit:kubelet.service"],
  timeoutMs: 60_000,
});

const args = z.strictObject({
  place: z.enum(Object.keys(CONFIG_MAPS) as [ConfigMapName]).describe("which ConfigMap"),
  node: z.string().describe("name of the control plane that is asked"),
  cluster: clusterVars,
});

/** What is wrong with a ConfigMap, and what it should say; undefined where nothing is. Throws when the text is no YAML. */
export function configMapDrift(place: ConfigMapName, found: ConfigMapText, cluster: ClusterVars) {
  if (typeof found === "string") return undefined;
  const wanted = CONFIG_MAPS[place].wanted(found.text, cluster);
  return wanted === found.text ? undefined : { before: found.text, wanted };
}

interface Reads extends Record<string, Probe<unknown>> {
  readonly node: Probe<NodeState>;
  readonly counted: Probe<boolean | undefined>;
  readonly found: Probe<ConfigMapText>;
}

/** Keeps the endpoint in a ConfigMap of the cluster. */
export const configMapEndpoint = defineOperation<typeof args, Reads>({
  name: "configMapEndpoint",
  summary:
    "Keeps the endpoint in a ConfigMap of the cluster; on a host that is no control plane, or has not come to the end of its join, nothing is done.",
  args,
  example: 'configMapEndpoint({ place: "kube-proxy", node: host.name, cluster })',
  subject: ({ place }) => place,
  read: ({ place, node, cluster }) => ({
    node: nodeState(node),
    counted: countedByPeers({ name: node, peers: peersOf(cluster, node) }),
    found: configMapText(place),
  }),
  plan: ({ args: { place, cluster }, current: { node, counted, found } }) => {
    if (!isControlPlane(node.stage, counted)) return [];
    if (found === "silent") throw silent();
    const drift = configMapDrift(place, found, cluster);
    return drift === undefined
      ? []
      : [configMapPatch(place, drift, ["not as the inventory", authority(cluster.endpoint)])];
  },
});

/** For a task that cannot do without the apiserver. */
export const silent = (): TaskRefusal =>
  new TaskRefusal("the apiserver of this host does not answer", "journalctl -u kubelet, then run it again");

interface Edit {
  readonly before: string;
  readonly wanted: string;
}

/** Has a ConfigMap say something else. The apiserver takes the change only while the old text is what was seen. */
export function configMapPatch(
  place: ConfigMapName,
  { before, wanted }: Edit,
  [from, to]: readonly [string, string],
): Step {
  const { namespace, name, key } = CONFIG_MAPS[place];
  const path = `/data/${key}`;
  const patch = [
    { op: "test", path, value: before },
    { op: "replace", path, value: wanted },
  ];
  const text = { path: `${namespace}/${name} ${key}`, before, after: wanted };
  return run(
    sh`${ownApiServer}
here -n ${namespace} patch configmap ${name} --type json --patch-file /dev/stdin >/dev/null`,
    {
      stdin: JSON.stringify(patch),
      changes: [change(key, from, to, text)],
      effects: [predict(configMapText(place), (): ConfigMapText => ({ text: wanted }))],
    },
  );
}
