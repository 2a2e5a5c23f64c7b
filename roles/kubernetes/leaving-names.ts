import type { ClusterSite } from "./cluster.ts";

interface Choice {
  readonly kube_remove: readonly string[];
  readonly kube_remove_from_zone?: string | undefined;
}

/**
 * Names of the nodes that are to go. Whom a zone loses is told by the inventory alone, so that a run that was interrupted goes on with
 * the same one. Throws when it is not clear who is meant.
 */
export function leavingNames({ groups }: ClusterSite, { kube_remove: names, kube_remove_from_zone: zone }: Choice) {
  if (names.length > 0 === (zone !== undefined))
    throw new Error("who is to go? Give either kube_remove, with names, or kube_remove_from_zone");
  if (zone === undefined) return names;
  const last = groups.masters.hosts.findLast((one) => one.zone === zone);
  if (last === undefined) throw new Error(`no control plane is in zone ${zone}`);
  return [last.name];
}
