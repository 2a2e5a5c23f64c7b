import { defineRole, refOf, z } from "ts-play";
import { adminConfig, fileHere } from "./admin-config.ts";
import { nodeHost } from "./host-fit.ts";
import { distinctHost, type Identities } from "./host-identity.ts";
import { kubeletVersion } from "./kubelet-version.ts";
import { nodeMetadata } from "./node-metadata.ts";
import { clusterVars } from "./vars.ts";

/** A host that can become a node. */
export const nodePreflight = defineRole({
  name: "nodePreflight",
  summary:
    "Stops a host that could not become a node, before any host is changed: system, kernel, ports, a copied identity, another time.",
  vars: z.strictObject({
    cluster: clusterVars,
    controlPlane: z.boolean().describe("whether the host is to be a control plane"),
    seen: refOf<Identities>().describe("identities of all hosts: `identitiesOf(group)`"),
  }),
  facts: { kubelet: kubeletVersion() },
  tasks: ({ vars: { cluster, controlPlane, seen }, facts, host }) =>
    // One that is a node already has shown that it can be one.
    facts.kubelet === undefined ? [nodeHost({ cluster, controlPlane }), distinctHost({ name: host.name, seen })] : [],
});

/** What the inventory says of nodes. */
export const kubeNodes = defineRole({
  name: "kubeNodes",
  summary: "Labels, annotations and taints of nodes; those that were set here and are no longer wanted go.",
  vars: z.strictObject({ nodes: z.array(nodeMetadata.args).readonly().describe("what each node is to have") }),
  tasks: ({ vars }) => vars.nodes.map((one) => nodeMetadata(one)),
});

/** The way in for administrators. */
export const kubeConfig = defineRole({
  name: "kubeConfig",
  summary: "Brings the administrator's kubeconfig to the control machine, for its owner alone.",
  vars: z.strictObject({ to: z.string().min(1).describe("a path of the control machine") }),
  tasks: ({ vars: { to } }) => [adminConfig({ to, here: fileHere(to) })],
});
