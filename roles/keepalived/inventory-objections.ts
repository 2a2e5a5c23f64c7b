import { isIPv4 } from "node:net";
import { type Group, type Host, type InventoryObjection, type Placed, schemaObjections } from "ts-play";
import { membersOf } from "./members.ts";
import { vars } from "./vars.ts";

type Balancers = Group<Host<{ priority?: number | undefined }>>;

/** Hosts that the others cannot call by IPv4, which is all that VRRP and LVS speak here. */
export const languageObjections = (group: Group): readonly InventoryObjection[] =>
  group.hosts
    .filter((host) => !isIPv4(host.address))
    .map((host) => ({
      message: `${host.name} is at ${host.address}, and the others call it by an address of IPv4`,
      fix: "give it an address of IPv4, or let others balance",
      host: host.name,
    }));

/** What an inventory says of an address that floats between the hosts of a group, and cannot be. */
export function floatingObjections(group: Balancers, address: string): readonly InventoryObjection[] {
  const others = languageObjections(group);
  if (others.length > 0) return others;
  const given = { members: membersOf(group), instances: [{ addresses: [address], check: { kind: "tcp", port: 1 } }] };
  return schemaObjections(vars, given, (path) => wanted(path, group.name));
}

/** By the part of the role's variables that does not fit. */
function wanted(path: string, group: string): Placed {
  if (path.startsWith("instances.0.addresses"))
    return { fix: "take an address of the hosts' network that no host has", variable: "virtual_ip" };
  if (path.startsWith("members")) return { fix: `name two hosts or more in the group ${group}`, group };
  const fix = "give the hosts different priorities between 51 and 254 that are less than 50 apart";
  return path.endsWith("check.weight")
    ? {
        message:
          "a host whose check fails loses 50 of its priority, and would have none left, or still outrank another",
        fix,
        group,
      }
    : { fix, group };
}
