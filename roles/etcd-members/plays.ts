import { Group, type Host, type Play, play, z } from "ts-play";
import { type EtcdInventoryVars, memberVars } from "../etcd/cluster.ts";
import { endpointsOf, etcdReady } from "../etcd/role.ts";
import { joinGate } from "./join-gate.ts";
import { etcdFormer, etcdJoined, etcdPrepared, etcdWithout } from "./role.ts";

const PKI = "/etc/etcd/pki";

/** A host that leaves its cluster. */
export const formerMember = z.object({
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
      gates: [joinGate(place, { replaceLost })],
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

/** Members leave one at a time. Any that stays can take them out, so one that cannot be reached is no obstacle. */
export const removalPlay = (staying: Group, former: Former, which: "all" | "dead"): Play =>
  play({
    title: which === "dead" ? "Take out what does not answer" : "Take former members out, one at a time",
    on: former.size === 0 ? new Group(staying.name, []) : withoutThose(staying, former),
    batch: 1,
    maxFailures: Math.floor((staying.size - 1) / 2),
    roles: [
      etcdWithout({
        endpoints: endpointsOf(staying.hosts),
        pki: PKI,
        leaving: former.map(({ name, address }) => ({ name, address })),
        onlyDead: which === "dead",
      }),
    ],
  });

/** What is left to do on the hosts that have left. */
export const retirementPlay = (staying: Group, former: Former, vars: EtcdInventoryVars, deleteData: boolean): Play =>
  play({
    title: "Stop former members",
    on: new Group(
      former.name,
      former.hosts.filter(({ gone }) => !gone),
    ),
    roles: [etcdFormer({ endpoints: endpointsOf(staying.hosts), pki: PKI, dataDir: vars.etcd_data_dir, deleteData })],
  });

/** Throws when a host is to stay and to leave. */
function withoutThose(staying: Group, former: Former): Group {
  const both = staying.hosts.find(({ address }) => former.hosts.some((other) => other.address === address));
  if (both) throw new Error(`${both.name} is in etcd and in former_etcd: leave it in one of them`);
  return staying;
}
