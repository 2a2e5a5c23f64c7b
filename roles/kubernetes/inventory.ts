import { z } from "ts-play";
import { cgroupDriver, containerdVars } from "../containerd/vars.ts";
import { dockerVars } from "../docker/vars.ts";
import { ownAddress } from "../etcd/inventory-host.ts";
import { floatingHost, floatingVars } from "../keepalived/inventory-vars.ts";
import { osPrepareVars } from "../os-prepare/vars.ts";
import { network } from "./cni.ts";
import { nodeVars } from "./node-vars.ts";
import { kubeSource } from "./source.ts";
import { clusterVars, ipAddress } from "./vars.ts";

const port = z.coerce.number().pipe(z.int().min(1).max(65535));

/** What a playbook for a cluster asks of groups. */
export const clusterGroups = {
  masters: z
    .object({ ...ownAddress, ...nodeVars, ...floatingHost })
    .describe("control planes: three or five, or one without a balancer"),
  workers: z
    .object({ ...ownAddress, ...nodeVars })
    .meta({ optional: true })
    .describe("nodes that carry pods"),
  balancers: z
    .object({
      ...ownAddress,
      ...floatingHost,
    })
    .meta({ optional: true })
    .describe("hosts of their own for the balancer; without the group the control planes balance"),
  etcd: z
    .object({ ...ownAddress, zone: nodeVars.zone })
    .meta({ optional: true })
    .describe("hosts of their own for etcd; without the group each control plane has a member"),
};

/** What it takes from the inventory's variables. */
export const clusterInventoryVars = {
  kube_source: kubeSource,
  kube_balancer: z
    .enum(["keepalived", "lvs", "external", "none"])
    .default("keepalived")
    .describe("haproxy behind a virtual IP, LVS in the kernel of the balancers, one that others run, or none"),
  kube_endpoint: z
    .hostname()
    .lowercase("lower-case letters are needed")
    .default("kubernetes.internal")
    .describe("name of the cluster's endpoint; every node is told its address"),
  virtual_ip: ipAddress
    .optional()
    .describe("address of the endpoint: the virtual IP, or that of the balancer that others run"),
  kube_endpoint_port: port
    .optional()
    .describe("port of the endpoint; by default 8443 where control planes balance, else 6443"),
  interface: floatingVars.interface,
  advert_interval: z.coerce
    .number()
    .pipe(z.number().min(0.1).max(40))
    .default(1)
    .describe("seconds; a balancer that is silent for three of these is replaced"),
  kube_names: clusterVars.shape.names,
  kube_pod_subnet: clusterVars.shape.podSubnet,
  kube_service_subnet: clusterVars.shape.serviceSubnet,
  kube_proxy_mode: clusterVars.shape.proxyMode,
  kube_addons: clusterVars.shape.addons,
  kube_network: network.default(network.parse({ kind: "flannel" })),
  kube_kubelet: clusterVars.shape.kubelet,
  kube_proxy: clusterVars.shape.proxy,
  kube_certificate_days: z.coerce
    .number()
    .pipe(clusterVars.shape.certificateDays.unwrap())
    .default(365)
    .describe("how long certificates last that kubeadm issues"),
  kube_renew_before_days: z.coerce
    .number()
    .pipe(z.int().min(1))
    .default(30)
    .describe("certificates that end sooner are a finding, and kubernetes-certificates.ts renews them"),
  kube_dns_replicas: z.coerce.number().pipe(z.int().min(1)).default(2).describe("servers of the cluster's DNS"),
  kube_cgroup_driver: cgroupDriver,
  kube_runtime: z
    .enum(["containerd", "docker"])
    .default("containerd")
    .describe("what nodes run containers with: containerd, or Docker Engine, with whose containerd kubelets run pods"),
  kube_containerd_package: containerdVars.shape.package,
  kube_registries: containerdVars.shape.registries,
  kube_docker: dockerVars
    .omit({ cgroupDriver: true, cri: true })
    .prefault({})
    .describe("settings of Docker Engine, those of the role `docker`"),
  kube_restrict_oom_score: z
    .boolean()
    .default(false)
    .describe("hosts that may not spare processes from the kernel's choice: containers"),
  kube_modules: osPrepareVars.shape.modules,
  kube_image_repository: clusterVars.shape.imageRepository,
  kube_pause_image: z
    .string()
    .default("registry.k8s.io/pause:3.10.1")
    .describe("the pause image that this version of kubeadm names"),
  kube_probe_image: z
    .string()
    .optional()
    .describe("an image with a busybox, for the pods by which kubernetes-verify.ts tries a service"),
  kube_force_two_masters: z
    .boolean()
    .default(false)
    .describe(
      "accept two control planes with stacked etcd, or two members of etcd: the loss of either is that of both",
    ),
  kube_force_zones: z.boolean().default(false).describe("accept that the cluster does not survive the loss of a zone"),
  kube_config_to: z
    .string()
    .min(1)
    .optional()
    .describe("a file of this machine for the administrator's kubeconfig, for its owner alone; without it none comes"),
};

export type ClusterInventoryVars = z.output<z.ZodObject<typeof clusterInventoryVars>>;

/** What the playbooks that take nodes out of a cluster ask beside. */
export const removalVars = {
  kube_remove: z
    .array(z.string())
    .default([])
    .describe("names of the nodes that are to go; control planes one at a time"),
  kube_remove_from_zone: z
    .string()
    .optional()
    .describe(
      "instead of a name: of the control planes of this zone the last goes; the first would hold the virtual IP",
    ),
  kube_gone: z.boolean().default(false).describe("their hosts cannot be reached any more: they are only forgotten"),
};
