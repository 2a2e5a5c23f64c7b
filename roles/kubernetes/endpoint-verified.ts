import { defineOperation, fileText, type Probe, TaskRefusal, z } from "ts-play";
import { type ConfigMapText, configMapDrift, configMapText } from "./config-map.ts";
import { addressIn, CONFIG_MAPS, type ConfigMapName, kubeconfigPlaces, urlOf } from "./endpoint-places.ts";
import { type ProxyPod, proxyPod } from "./endpoint-users.ts";
import { kubeconfigServers, type NamedServer } from "./kubeconfig.ts";
import { type ClusterVars, clusterVars, ipAddress } from "./vars.ts";

export const endpointArgs = z.strictObject({
  cluster: clusterVars,
  address: ipAddress.describe("address of the endpoint, for /etc/hosts"),
  node: z.strictObject({ name: z.string(), address: z.string() }).describe("this node"),
  controlPlane: z.boolean().describe("what the node is to be"),
});

type Arguments = z.output<typeof endpointArgs>;

const MAPS = Object.keys(CONFIG_MAPS) as readonly ConfigMapName[];

/** Reads every place that a node can see. */
const placesOf = ({ cluster, address, node, controlPlane }: Arguments): Record<string, Probe<unknown>> => ({
  hosts: fileText("/etc/hosts"),
  proxy: proxyPod({ node: node.name, address, port: cluster.endpoint.port }),
  ...Object.fromEntries(
    kubeconfigPlaces(cluster, node, controlPlane).map(({ path }) => [path, kubeconfigServers(path)]),
  ),
  ...(controlPlane && Object.fromEntries(MAPS.map((name) => [name, configMapText(name)]))),
});

/** Looks at all places of a node that carry the endpoint. */
export const endpointVerified = defineOperation<typeof endpointArgs, Record<string, Probe<unknown>>>({
  name: "endpointVerified",
  summary: "Refuses with every place of a node, and on control planes of the cluster, that names another endpoint.",
  args: endpointArgs,
  example:
    'endpointVerified({ cluster, address: "192.0.2.200", node: { name: host.name, address: host.address }, controlPlane: true })',
  subject: ({ node }) => node.name,
  read: placesOf,
  plan: ({ args, current }) => {
    const findings = endpointFindings(args, current);
    if (findings.length > 0)
      throw new TaskRefusal(findings.join("\n"), "kubernetes-endpoint.ts puts all of them right");
    return [];
  },
});

/** What is wrong, a line for each place; `seen` by the names of placesOf. */
export function endpointFindings(args: Arguments, seen: Readonly<Record<string, unknown>>): readonly string[] {
  const { cluster, node, controlPlane } = args;
  const url = urlOf(cluster.endpoint);
  const files = kubeconfigPlaces(cluster, node, controlPlane).flatMap(({ path, servers }) =>
    ((seen[path] as readonly NamedServer[] | undefined) ?? [])
      .filter(({ server }) => !servers.includes(server))
      .map(({ server }) => `${path} calls the cluster at ${server}, not ${servers[0]}`),
  );
  const maps = MAPS.flatMap((name) => mapFinding(name, seen[name] as ConfigMapText | undefined, cluster, url));
  return [...hostsFindings(args, seen.hosts as string | undefined), ...files, ...maps, ...proxyFindings(seen.proxy)];
}

function hostsFindings({ cluster, address }: Arguments, hosts: string | undefined): readonly string[] {
  const { host } = cluster.endpoint;
  const found = addressIn(hosts ?? "", host, address);
  return found === address ? [] : [`/etc/hosts gives ${host} ${found ?? "no address"}, not ${address}`];
}

const mapFinding = (name: ConfigMapName, found: ConfigMapText | undefined, cluster: ClusterVars, url: string) => {
  const { namespace } = CONFIG_MAPS[name];
  if (found === "silent")
    return [`the ConfigMap ${namespace}/${name} cannot be read: the apiserver of this host does not answer`];
  return found !== undefined && configMapDrift(name, found, cluster)
    ? [`the ConfigMap ${namespace}/${name} does not say ${url}, or lacks names of apiservers`]
    : [];
};

function proxyFindings(found: unknown): readonly string[] {
  if (found === "silent") return ["kube-proxy is not known: the cluster does not answer this node"];
  if (found === "none" || found === undefined) return [];
  const { outdated, connected } = found as ProxyPod;
  return [
    ...(outdated ? ["kube-proxy began before its configuration was last written"] : []),
    ...(connected ? [] : ["kube-proxy does not call the endpoint"]),
  ];
}
