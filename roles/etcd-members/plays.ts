import { Group, type Host, type Play, play, refuseInventory, z } from "ts-play";
import { type EtcdInventoryVars, memberVars } from "../etcd/cluster.ts";
import { ownAddress } from "../etcd/inventory-host.ts";
import { endpointsOf, etcdReady } from "../etcd/role.ts";
import { minorOf } from "../etcd/source.ts";
import { joinGate } from "./join-gate.ts";
import { etcdFormer, etcdJoined, etcdPrepared, etcdWithout } from "./role.ts";

const PKI = "/etc/etcd/pki";

/** A host that leaves its cluster. */
export const formerMember = z.object({
  ...ownAddress,
  gone: z.boolean().default(false).describe("the host is not there any more: only the cluster is told"),
});

type Former = Group<Host<{ gone: boolean }>>;

/** Hosts of the group that are not in the cluster come in: all are prepared, then they join one at a time. */
export function joinPlays(group: Group, vars: EtcdInventoryVars, replaceLost: boolean): readonly Play[] {
  const given = memberVars(group, vars);
  const { members } = given;
  const place = { endpoints: endpointsOf(members), pki: PKI, dataDir: vars.etcd_data_dir };
  return [
    play({
      title: "Programs, certificates, settings",
      on: group,
      gates: [joinGate(place, { replaceLost, minor: minorOf(vars.etcd_source) })],
      roles: [etcdPrepared(given)],
    }),
    play({
      title: "Join, one at a time",
      on: group,
      batch: 1,
      roles: [etcdJoined({ ...given, replaceLost })],
    }),
    play({ title: "Members answer", on: group, roles: [etcdReady({ members })] }),
  ];
}

/** Members leave one at a time. Throws InventoryRefusal. Any that stays can take them out, so one that cannot be reached is no obstacle. */
export function removalPlays(
  staying: Group,
  former: Former,
  vars: EtcdInventoryVars,
  which: "all" | "dead",
): readonly Play[] {
  if (former.size === 0) return [];
  const both = staying.hosts.find(({ address }) => former.hosts.some((other) => other.address === address));
  if (both)
    refuseInventory([
      {
        message: `${both.name} is in ${staying.name} and in ${former.name}`,
        fix: "leave it in one of them",
        group: former.name,
      },
    ]);
  const leaving = former.map(({ name, address }) => ({ name, address }));
  const client = { endpoints: endpointsOf(staying.hosts), pki: PKI };
  return [
    play({
      title: which === "dead" ? "Take out what does not answer" : "Take former members out, one at a time",
      on: staying,
      batch: 1,
      maxFailures: Math.floor((staying.size - 1) / 2),
      roles: [etcdWithout({ ...client, dataDir: vars.etcd_data_dir, leaving, onlyDead: which === "dead" })],
    }),
  ];
}

/** What is left to do on the hosts that have left, when they are still there. */
export function retirementPlays(
  staying: Group,
  former: Former,
  vars: EtcdInventoryVars,
  deleteData: boolean,
): readonly Play[] {
  const there = new Group(
    former.name,
    former.hosts.filter(({ gone }) => !gone),
  );
  if (there.size === 0) return [];
  const client = { endpoints: endpointsOf(staying.hosts), pki: PKI };
  return [
    play({
      title: "Stop former members",
      on: there,
      roles: [etcdFormer({ ...client, dataDir: vars.etcd_data_dir, deleteData })],
    }),
  ];
}
