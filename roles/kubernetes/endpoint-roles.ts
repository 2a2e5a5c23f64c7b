import { absent, defineRole, hostsEntry, osRelease, service, sh, type Tasks, waitFor, z } from "ts-play";
import { facts as addressFacts } from "../keepalived/role.ts";
import { apiServerCertificate } from "./apiserver-names.ts";
import { apiAddress, apiBalancer } from "./balancer.ts";
import { type ClusterSite, endpointOf } from "./cluster.ts";
import { componentRestart } from "./component-restart.ts";
import { configMapEndpoint } from "./config-map.ts";
import { offeredEndpoint } from "./endpoint-before.ts";
import { CONFIG_MAPS, type ConfigMapName, kubeconfigPlaces } from "./endpoint-places.ts";
import { kubeletAtEndpoint, proxyAtEndpoint } from "./endpoint-users.ts";
import { endpointVerified } from "./endpoint-verified.ts";
import { kubeconfigServer } from "./kubeconfig.ts";
import { kubeletRestart } from "./kubelet-restart.ts";
import { authority, clusterVars, ipAddress, urlHost } from "./vars.ts";

const address = ipAddress.describe("address of the endpoint");
const controlPlane = z.boolean().describe("what the node is to be");

/** Names of the apiservers. */
export const apiServerNames = defineRole({
  name: "apiServerNames",
  summary:
    "Keeps the endpoint and all control planes in what the certificates of apiservers are made from, and in that of this one; names that are there beside stay.",
  vars: z.strictObject({ cluster: clusterVars }),
  tasks: ({ vars: { cluster }, host }) => [
    apiServerCertificate({ cluster, name: host.name, address: host.address }),
    configMapEndpoint({ place: "kubeadm-config", node: host.name, cluster }),
  ],
});

/** A balancer at the place where the endpoint is to be, and where it was. */
export const balancerAtBoth = defineRole({
  name: "balancerAtBoth",
  summary: "haproxy at the new port of an endpoint that moves, beside those at which it offers the apiservers already.",
  vars: z.strictObject({ site: z.custom<ClusterSite>().describe("the inventory") }),
  facts: { os: osRelease(), offered: offeredEndpoint() },
  tasks: ({ vars: { site }, facts: { offered, ...facts }, host }) => {
    const more = offered.ports.filter((port) => port !== endpointOf(site).port);
    return apiBalancer(site, more).tasks(host, facts);
  },
});

/** Virtual addresses where the endpoint is to be, and where it was. */
export const addressAtBoth = defineRole({
  name: "addressAtBoth",
  summary: "The new virtual address of an endpoint that moves, beside those that the balancers hold already.",
  vars: z.strictObject({ site: z.custom<ClusterSite>().describe("the inventory") }),
  facts: { ...addressFacts, offered: offeredEndpoint() },
  tasks: ({ vars: { site }, facts: { offered, ...facts }, host }) => {
    const more = offered.addresses.filter((one) => one !== endpointOf(site).address);
    return apiAddress(site, more).tasks(host, facts);
  },
});

/** A host that balances no more. */
export const balancerWithdrawn = defineRole({
  name: "balancerWithdrawn",
  summary:
    "Ends haproxy and keepalived on a host that offered the apiservers, where the cluster is balanced elsewhere; one that offers something else as well stays.",
  vars: z.strictObject({}),
  facts: { offered: offeredEndpoint() },
  tasks: ({ facts: { offered } }) => [
    // First the address goes, then what answers at it.
    offered.addresses.length > 0 && !offered.shared.includes("keepalived") && ended("keepalived", "keepalived.conf"),
    offered.ports.length > 0 && !offered.shared.includes("haproxy") && ended("haproxy", "haproxy.cfg"),
  ],
});

const ended = (unit: string, configuration: string): Tasks => [
  service({ unit, running: false, enabled: false }),
  absent({ path: `/etc/${unit}/${configuration}` }),
];

/** An endpoint that answers. */
export const endpointReached = defineRole({
  name: "endpointReached",
  summary: "Waits until a node reaches an apiserver at the cluster's endpoint, with a certificate for its name.",
  vars: z.strictObject({ endpoint: clusterVars.shape.endpoint, address }),
  tasks: ({
    vars: {
      endpoint: { host, port },
      address: at,
    },
  }) => [
    waitFor(
      {
        command: sh`ca=/etc/kubernetes/pki/ca.crt
[ -s "$ca" ] || exit 0
curl -s -o /dev/null --max-time 5 --cacert "$ca" --resolve ${`${host}:${port}:${urlHost(at)}`} ${`https://${host}:${port}/readyz`}`,
        timeoutMs: 120_000,
      },
      { name: `the endpoint answers at ${authority({ host: at, port })}` },
    ),
  ],
});

/** A node that calls the endpoint. */
export const endpointAtNodes = defineRole({
  name: "endpointAtNodes",
  summary:
    "Keeps the cluster's endpoint in /etc/hosts and in the kubeconfigs of a node; what has read another is restarted.",
  vars: z.strictObject({ cluster: clusterVars, address, controlPlane }),
  tasks: ({ vars: { cluster, address: at, controlPlane: master }, host }) => {
    const name = hostsEntry({ address: at, names: [cluster.endpoint.host] });
    const places = kubeconfigPlaces(cluster, host, master).map(({ path, servers, reader }) => ({
      reader,
      task: kubeconfigServer({ path, servers }),
    }));
    const readBy = (reader: string) => places.filter((one) => one.reader === reader).map(({ task }) => task);
    return [
      name,
      places.map(({ task }) => task),
      master
        ? [
            kubeletRestart(readBy("kubelet")),
            componentRestart("kube-controller-manager", readBy("kube-controller-manager")),
            componentRestart("kube-scheduler", readBy("kube-scheduler")),
          ]
        : kubeletAtEndpoint({ address: at, port: cluster.endpoint.port }, { onChangeOf: [name, ...readBy("kubelet")] }),
    ];
  },
});

/** What the cluster says of its endpoint. */
export const endpointInCluster = defineRole({
  name: "endpointInCluster",
  summary:
    "Keeps the endpoint in what the cluster says of itself: kubeadm's configuration, what joining nodes are told, the configuration of kube-proxy.",
  vars: z.strictObject({ cluster: clusterVars }),
  tasks: ({ vars: { cluster }, host }) =>
    (Object.keys(CONFIG_MAPS) as ConfigMapName[]).map((place) =>
      configMapEndpoint({ place, node: host.name, cluster }),
    ),
});

/** A node whose services come from the endpoint. */
export const endpointUsed = defineRole({
  name: "endpointUsed",
  summary:
    "Has the kube-proxy of a node call the endpoint; where it does not, or is older than its configuration, it is made anew.",
  vars: z.strictObject({ port: clusterVars.shape.endpoint.shape.port, address }),
  tasks: ({ vars, host }) => [proxyAtEndpoint({ node: host.name, address: vars.address, port: vars.port })],
});

/** A node that names one endpoint everywhere. */
export const endpointVerify = defineRole({
  name: "endpointVerify",
  summary:
    "Refuses with every place of a node, and on control planes of the cluster, that names another endpoint; changes nothing.",
  vars: z.strictObject({
    cluster: clusterVars,
    address,
    controlPlane,
    settleSeconds: z.int().min(0).default(0).describe("how long what has only just begun is given"),
  }),
  tasks: ({ vars: { settleSeconds, ...vars }, host }) => [
    endpointVerified(
      { ...vars, node: { name: host.name, address: host.address } },
      { retries: Math.ceil(settleSeconds / 5), delayMs: 5000 },
    ),
  ],
});
