import { defineTemplate, type Ref, refOf, type Secret, z } from "ts-play";
import { TOKEN_MARK } from "./credentials.ts";
import { authority, type ClusterVars, certificateNames } from "./vars.ts";

/** A host that becomes a node. */
export interface Node {
  readonly name: string;
  readonly address: string;
}

/** What a joining node must know and show; known only when it is needed. */
export interface Admission {
  readonly token: Ref<Secret>;
  /** SHA-256 of the public key of the cluster's CA, `sha256:...`. */
  readonly caHash: Ref<string>;
  /** Opens the certificates that control planes share; only these need it. */
  readonly key?: Ref<Secret> | undefined;
}

const joinTemplate = defineTemplate(
  new URL("./join.yaml.ejs", import.meta.url),
  z.object({
    endpoint: z.string(),
    address: z.string(),
    registration: z.string(),
    token: refOf<Secret>(),
    caHash: refOf<string>(),
    key: refOf<Secret>().optional(),
  }),
);

const KUBEADM = "kubeadm.k8s.io/v1beta4";

/** Documents of a file for kubeadm. JSON is YAML, and quotes what YAML would take for a number. */
export const kubeadmFile = (documents: readonly object[]): string =>
  documents.map((one) => `${JSON.stringify(one, undefined, 2)}\n`).join("---\n");

/** What `kubeadm init` makes a cluster of. */
export const initFile = (cluster: ClusterVars, node: Node): string =>
  kubeadmFile([
    initConfiguration(cluster, node),
    clusterConfiguration(cluster),
    kubeletConfiguration(cluster),
    proxyConfiguration(cluster),
  ]);

/** The part that speaks of one node. */
export const initConfiguration = (cluster: ClusterVars, node: Node): object => ({
  apiVersion: KUBEADM,
  kind: "InitConfiguration",
  bootstrapTokens: [{ description: TOKEN_MARK, ttl: "2h" }],
  localAPIEndpoint: { advertiseAddress: node.address, bindPort: 6443 },
  nodeRegistration: registration(cluster, node),
});

/** What `kubeadm join` makes a node of; with a key to the shared certificates, a control plane. */
export const joinFile = (cluster: ClusterVars, node: Node, admission: Admission) =>
  joinTemplate({
    endpoint: authority(cluster.endpoint),
    address: node.address,
    registration: JSON.stringify(registration(cluster, node)),
    ...admission,
  });

/** Without its own address a kubelet may publish a virtual one that the host happens to hold. */
const registration = ({ criSocket }: ClusterVars, { name, address }: Node): object => ({
  name,
  criSocket,
  kubeletExtraArgs: [{ name: "node-ip", value: address }],
});

/** The part that all control planes share, and that the cluster keeps. */
export const clusterConfiguration = (cluster: ClusterVars): object => ({
  apiVersion: KUBEADM,
  kind: "ClusterConfiguration",
  kubernetesVersion: `v${cluster.version}`,
  clusterName: cluster.name,
  ...(cluster.certificateDays !== 365 && { certificateValidityPeriod: `${cluster.certificateDays * 24}h0m0s` }),
  controlPlaneEndpoint: authority(cluster.endpoint),
  imageRepository: cluster.imageRepository,
  networking: {
    podSubnet: cluster.podSubnet,
    serviceSubnet: cluster.serviceSubnet,
    dnsDomain: cluster.dnsDomain,
  },
  apiServer: {
    certSANs: certificateNames(cluster),
    ...(cluster.apiServerArguments.length > 0 && { extraArgs: cluster.apiServerArguments }),
  },
  ...(cluster.etcd && { etcd: { external: cluster.etcd } }),
  ...(!cluster.addons.includes("coredns") && { dns: { disabled: true } }),
  ...(!cluster.addons.includes("kube-proxy") && { proxy: { disabled: true } }),
});

export const kubeletConfiguration = ({ cgroupDriver, kubelet }: ClusterVars): object => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  cgroupDriver,
  ...kubelet,
});

export const proxyConfiguration = ({ proxyMode, proxy }: ClusterVars): object => ({
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  mode: proxyMode,
  ...proxy,
});
