import { refuseInventory } from "ts-play";
import type { ClusterSite } from "./cluster.ts";
import { zonesOf } from "./tolerance.ts";

interface Choice {
  readonly kube_remove: readonly string[];
  readonly kube_remove_from_zone?: string | undefined;
}

/**
 * Names of the nodes that are to go. Whom a zone loses is told by the inventory alone, so that a run that was interrupted goes on with
 * the same one. Throws InventoryRefusal when it is not clear who is meant.
 */
export function leavingNames(
  { groups }: ClusterSite,
  { kube_remove: names, kube_remove_from_zone: zone }: Choice,
): readonly string[] {
  if (names.length > 0 === (zone !== undefined))
    return refuseInventory([
      {
        message: "it is not clear which nodes are to go",
        fix: "give either kube_remove, with names, or kube_remove_from_zone",
        variable: "kube_remove",
      },
    ]);
  if (zone === undefined) return names;
  const last = groups.masters.hosts.findLast((one) => one.zone === zone);
  if (last !== undefined) return [last.name];
  return refuseInventory([
    {
      message: `no control plane is in zone ${zone}`,
      fix: `take one of ${zonesOf(groups.masters).join(", ") || "those that hosts of masters have as zone"}`,
      variable: "kube_remove_from_zone",
    },
  ]);
}
