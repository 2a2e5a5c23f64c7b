import { z } from "ts-play";

/**
 * Where hosts of a cluster reach each other; etcd, kubeadm, certificates and balancers take no names. One inventory may be that of etcd and of
 * Kubernetes, so the playbooks of both read it here, and see the same addresses.
 */
export const ownAddress = {
  kube_node_ip: z
    .union([z.ipv4(), z.ipv6()], "one address of IPv4 or IPv6 is needed")
    .optional()
    .describe("its own address in the cluster; by default the one under which ts-play reaches it")
    .meta({ address: true }),
};

/** What playbooks for etcd ask of a member's host. */
export const etcdHost = z.object(ownAddress);
