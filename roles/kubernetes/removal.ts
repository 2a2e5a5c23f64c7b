import { defineRole, Group, type Play, play, type RoleCall, refuseInventory, z } from "ts-play";
import { lvsRealServer } from "../lvs/role.ts";
import type { ClusterSite } from "./cluster.ts";
import { balancerWithdrawn } from "./endpoint-roles.ts";
import { nodeGone, nodesKnown } from "./leaving.ts";
import { memberCanGo, memberRemoval } from "./member-removal.ts";
import { nodeDeletion, nodeDrain } from "./nodes.ts";
import { nodeReset } from "./reset.ts";

const leaving = z
  .array(z.strictObject({ name: z.string(), address: z.string().optional() }))
  .readonly()
  .describe("nodes that are to go");

/** Before a node goes. */
export const nodesLeave = defineRole({
  name: "nodesLeave",
  summary:
    "Refuses names that nobody knows, and nodes that are said to be gone and are not; asks etcd whether control planes can go, then takes the pods off the nodes that are to go; on a control plane that stays.",
  vars: z.strictObject({
    leaving,
    inventory: z
      .array(z.string())
      .readonly()
      .default([])
      .describe("nodes of the inventory: other names must be known to the cluster"),
    gone: z
      .boolean()
      .default(false)
      .describe("their hosts are gone: none of them may give a sign of life, and nobody is there to end their pods"),
    timeoutSeconds: z.int().positive().default(300).describe("how long pods may take to leave a node"),
  }),
  tasks: ({ vars: { leaving, inventory, gone, timeoutSeconds } }) => {
    const names = leaving.map(({ name }) => name);
    return [
      names.some((name) => !inventory.includes(name)) && nodesKnown({ names, inventory }),
      gone && leaving.map((one) => nodeGone(one)),
      leaving.map((one, i) => memberCanGo({ ...one, before: leaving.slice(0, i) })),
      !gone && leaving.map(({ name }) => nodeDrain({ name, timeoutSeconds })),
    ];
  },
});

/** Before the host of a control plane is touched: what runs there has a vote that must be counted out while it is well. */
export const membersLeave = defineRole({
  name: "membersLeave",
  summary:
    "Takes the members of control planes that are to go out of etcd, while the others are a majority without them; on a control plane that stays.",
  vars: z.strictObject({ leaving }),
  tasks: ({ vars }) => vars.leaving.map((one) => memberRemoval(one)),
});

/** After a node has gone. */
export const nodesForgotten = defineRole({
  name: "nodesForgotten",
  summary: "Has the cluster forget nodes that have gone; on a control plane that stays.",
  vars: z.strictObject({ leaving }),
  tasks: ({ vars }) => vars.leaving.map(({ name }) => nodeDeletion({ name })),
});

/** A node becomes a plain host. */
export const kubeadmReset = defineRole({
  name: "kubeadmReset",
  summary: "Makes a node a plain host again.",
  vars: z.strictObject({
    criSocket: z.string().default("unix:///run/containerd/containerd.sock").describe("where the container runtime is"),
  }),
  tasks: ({ vars, host }) => [nodeReset({ name: host.name, criSocket: vars.criSocket })],
});

/**
 * What makes a node a plain host. Afterwards it gives back what is the endpoint's as well: behind LVS the address, and where control planes
 * balance, the balancer, because one that the others know no more would hear none of them and take the virtual address too.
 */
export const resetRoles = ({ groups, vars }: ClusterSite): readonly RoleCall[] => [
  kubeadmReset({}),
  ...(vars.kube_balancer === "lvs" ? [lvsRealServer({ addresses: [] })] : []),
  ...(vars.kube_balancer === "keepalived" && groups.balancers.size === 0 ? [balancerWithdrawn({})] : []),
];

export interface Removal {
  /** Names of the nodes. */
  readonly names: readonly string[];
  /** Their hosts cannot be reached any more. */
  readonly gone: boolean;
}

/**
 * Takes nodes out of a cluster; what they were is looked up in the cluster, so they need not be in the inventory any more. Throws
 * InventoryRefusal when no control plane stays: nobody would be there to ask, and the cluster would be lost.
 */
export function removalPlays(site: ClusterSite, { names: given, gone }: Removal): readonly Play[] {
  const { groups } = site;
  const names = [...new Set(given)];
  const all = groups.masters.and(groups.workers);
  const first = groups.masters.hosts.find(({ name }) => !names.includes(name));
  if (first === undefined) return refuseInventory([noneStays]);
  const asked = new Group("a control plane that stays", [first]);
  const leaving = names.map((name) => ({ name, address: all.hosts.find((host) => host.name === name)?.address }));
  return [
    play({
      title: "Pods go elsewhere",
      on: asked,
      roles: [nodesLeave({ leaving, inventory: all.map(({ name }) => name), gone })],
    }),
    ...departures(leaving, groups).flatMap((together) => departurePlays({ site, all, asked, gone }, together)),
  ];
}

const noneStays = {
  message: "no control plane would stay",
  fix: "leave one, or end the cluster with kubernetes-reset.ts, which asks for a confirmation",
  variable: "kube_remove",
};

interface Leaving {
  readonly name: string;
  readonly address: string | undefined;
}

/**
 * Who goes at a time: each control plane for itself, in the order that etcd was asked about them, then the workers. Who is in the
 * inventory no more may have been a control plane.
 */
function departures(leaving: readonly Leaving[], { workers }: ClusterSite["groups"]): readonly (readonly Leaving[])[] {
  const isWorker = ({ name }: Leaving) => workers.hosts.some((host) => host.name === name);
  const together = leaving.filter(isWorker);
  return [...leaving.filter((one) => !isWorker(one)).map((one) => [one]), ...(together.length > 0 ? [together] : [])];
}

interface Departure {
  readonly site: ClusterSite;
  readonly all: Group;
  readonly asked: Group;
  readonly gone: boolean;
}

/** A control plane is out of etcd before its host is reset, where kubeadm would go on also if etcd did not let its member go. */
function departurePlays({ site, all, asked, gone }: Departure, leaving: readonly Leaving[]): readonly Play[] {
  const names = leaving.map(({ name }) => name);
  const called = names.join(", ");
  const going = new Group(
    called,
    all.hosts.filter(({ name }) => names.includes(name)),
  );
  return [
    play({ title: `No vote in etcd: ${called}`, on: asked, roles: [membersLeave({ leaving })] }),
    ...(gone || going.size === 0
      ? []
      : [play({ title: `A plain host: ${called}`, on: going, batch: 1, roles: resetRoles(site) })]),
    play({ title: `Out of the cluster: ${called}`, on: asked, roles: [nodesForgotten({ leaving })] }),
  ];
}
