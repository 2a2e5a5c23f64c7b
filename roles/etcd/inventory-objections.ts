import type { Group, InventoryObjection } from "ts-play";
import type { EtcdInventoryVars } from "./cluster.ts";
import { withChecksum } from "./source.ts";

/** What an inventory alone tells of an etcd cluster that could not stand. */
export const memberObjections = (group: Group, vars: EtcdInventoryVars): readonly InventoryObjection[] => [
  ...hostObjections(group),
  ...paceObjections(vars),
  ...sourceObjections(vars),
];

function hostObjections({ name: group, hosts }: Group): readonly InventoryObjection[] {
  if (hosts.length === 0)
    return [{ message: "there is no member of etcd", fix: `name one or three hosts in the group ${group}`, group }];
  return hosts.flatMap(({ name, address }, i) => {
    const twin = hosts.slice(0, i).find((other) => other.address === address);
    if (twin === undefined) return [];
    return [
      { message: `${twin.name} and ${name} have the same address ${address}`, fix: "correct one of them", host: name },
    ];
  });
}

/** etcd does not start where a few lost heartbeats would make an election. */
const paceObjections = ({ etcd_heartbeat_ms: heartbeat, etcd_election_ms: election }: EtcdInventoryVars) =>
  election >= 5 * heartbeat
    ? []
    : [
        {
          message: `etcd_election_ms is ${election}, and must be five times etcd_heartbeat_ms (${heartbeat}) at least`,
          fix: "let it be ten times as long",
          variable: "etcd_election_ms",
        },
      ];

/** For which architecture one is needed, only hosts can say. */
function sourceObjections({ etcd_source: source, etcd_checksums: known }: EtcdInventoryVars) {
  const wanted = withChecksum(source, known);
  if (wanted.kind === "package" || Object.keys(wanted.sha256 ?? {}).length > 0) return [];
  return [
    {
      message: `no SHA-256 of etcd ${wanted.version} is given`,
      fix: "put it into etcd_checksums, or into etcd_source as sha256",
      variable: "etcd_source",
    },
  ];
}
