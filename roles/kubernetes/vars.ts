import { isIP } from "node:net";
import { absolutePath, z } from "ts-play";
import { cgroupDriver } from "../containerd/vars.ts";

export const ipAddress = z.union([z.ipv4(), z.ipv6()], "an address of IPv4 or IPv6 is needed");
const cidr = z.union([z.cidrv4(), z.cidrv6()], "one subnet such as 10.244.0.0/16 is needed");
const certificateName = z
  .string()
  .refine(
    (name) => isIP(name) !== 0 || /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name),
    "an address or a name of lower-case letters is needed",
  );
const extraArguments = z
  .array(z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]*$/), value: z.string() }))
  .readonly()
  .default([]);

export const version = z
  .string()
  .regex(/^1\.(?:3[1-9]|[4-9]\d)\.\d+$/, "a version from 1.31.0 on is needed, without a leading v")
  .describe("exact version of Kubernetes");

export const controlPlane = z.strictObject({
  name: z.string().describe("name of the node"),
  address: ipAddress.describe("where its apiserver and its etcd are reached"),
});

const externalEtcd = z.strictObject({
  endpoints: z.array(z.url()).min(1).readonly().describe("client URLs of all members"),
  caFile: absolutePath.default("/etc/kubernetes/pki/etcd/ca.crt").describe("who signs the members' certificates"),
  certFile: absolutePath.default("/etc/kubernetes/pki/apiserver-etcd-client.crt").describe("what apiservers show them"),
  keyFile: absolutePath.default("/etc/kubernetes/pki/apiserver-etcd-client.key").describe("its key"),
});

/** What a cluster is: the same for all its nodes. */
export const clusterVars = z.strictObject({
  version,
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .default("kubernetes")
    .describe("name of the cluster, in kubeconfigs"),
  endpoint: z
    .strictObject({
      host: z
        .string()
        .regex(/^[a-zA-Z0-9.:-]+$/)
        .describe("a name, so that what stands behind it can change, or an address"),
      port: z.int().min(1).max(65535).describe("where the balancer listens; 6443 without one"),
    })
    .describe("where all nodes and users reach the cluster"),
  masters: z.array(controlPlane).min(1).readonly().describe("all control planes, as the inventory wants them"),
  names: z
    .array(certificateName)
    .readonly()
    .default([])
    .describe("more names and addresses that the apiservers' certificates carry"),
  podSubnet: cidr.default("10.244.0.0/16").describe("addresses of pods; the pod network must be given the same"),
  serviceSubnet: cidr.default("10.96.0.0/12").describe("addresses of services"),
  dnsDomain: z.hostname().default("cluster.local").describe("domain of services"),
  imageRepository: z
    .string()
    .regex(/^[\w./:-]+$/)
    .default("registry.k8s.io")
    .describe("where the components' images are"),
  etcd: externalEtcd.optional().describe("an etcd on hosts of its own; by default each control plane has a member"),
  proxyMode: z
    .enum(["iptables", "nftables", "ipvs"])
    .default("iptables")
    .describe(
      "how services are carried: nftables needs Linux 5.13; ipvs is going away, and takes the tables of LVS directors with it",
    ),
  addons: z
    .array(z.enum(["coredns", "kube-proxy"]))
    .readonly()
    .default(["coredns", "kube-proxy"])
    .describe("what of kubeadm's own addons the cluster has: leave out what another program takes the place of"),
  cgroupDriver,
  criSocket: z.string().default("unix:///run/containerd/containerd.sock").describe("where the container runtime is"),
  kubelet: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("more settings of all kubelets, as in KubeletConfiguration: `{ maxPods: 200 }`"),
  proxy: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("more settings of kube-proxy, as in KubeProxyConfiguration"),
  certificateDays: z
    .int()
    .min(1)
    .max(3650)
    .default(365)
    .describe("how long certificates last that kubeadm issues; kubelets have theirs for a year"),
  apiServerArguments: extraArguments.describe("more flags of the apiservers"),
});

export type ClusterVars = z.output<typeof clusterVars>;

/** The names that an apiserver answers to: every control plane, the endpoint, this host itself, and what was asked for. */
export const certificateNames = ({ endpoint, masters, names }: ClusterVars): readonly string[] =>
  [
    ...new Set([endpoint.host, "127.0.0.1", ...masters.flatMap(({ name, address }) => [name, address]), ...names]),
  ].toSorted();

/** Where the other control planes are. */
export const peersOf = ({ masters }: ClusterVars, name: string): readonly string[] =>
  masters.filter((one) => one.name !== name).map(({ address }) => address);

/** `host:port`, as URLs have it. */
export const authority = ({ host, port }: ClusterVars["endpoint"]): string => `${urlHost(host)}:${port}`;

/** A name or an address as URLs have it. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);
