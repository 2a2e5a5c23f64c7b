import type { Group, Host, InventoryObjection } from "ts-play";
import { majority } from "../etcd/quorum.ts";
import type { ClusterSite } from "./cluster.ts";

type Zoned = Group<Host<{ zone?: string | undefined }>>;

/** The hosts with a vote in etcd: a cluster can be written to while more than half of them stay. */
export const votersOf = ({ groups: { masters, etcd } }: ClusterSite): Zoned => (etcd.size > 0 ? etcd : masters);

export const zonesOf = ({ hosts }: Zoned): readonly string[] =>
  [...new Set(hosts.flatMap(({ zone }) => (zone === undefined ? [] : [zone])))].toSorted();

/** Zones whose loss the cluster does not survive: it takes the majority of etcd, or all control planes. */
export function fatalZones(site: ClusterSite): readonly string[] {
  const voters = votersOf(site);
  const { masters } = site.groups;
  const outside = (group: Zoned, zone: string) => group.hosts.filter((host) => host.zone !== zone).length;
  return zonesOf(voters.and(masters)).filter(
    (zone) => outside(voters, zone) < majority(voters.size) || outside(masters, zone) === 0,
  );
}

/** What a layout survives, in a line for those who are about to build it. */
export function toleranceWords(site: ClusterSite): string {
  const voters = votersOf(site);
  const count = (many: number, one: string, others: string) => `${many} ${many === 1 ? one : others}`;
  const masters = count(site.groups.masters.size, "control plane", "control planes");
  const etcd =
    voters === site.groups.masters
      ? `${masters} with etcd`
      : `${masters}, ${count(voters.size, "member", "members")} of etcd`;
  const needed = majority(voters.size);
  const spare = voters.size - needed;
  const lost = spare === 0 ? "none may be lost" : `${spare} may be lost`;
  const even = spare > 0 && voters.size % 2 === 0 ? `, no more than of ${voters.size - 1}` : "";
  return `${etcd}, the majority is ${needed}, ${lost}${even}${zoneWords(site)}`;
}

function zoneWords(site: ClusterSite): string {
  const zones = zonesOf(votersOf(site).and(site.groups.masters));
  const fatal = fatalZones(site);
  if (zones.length === 0) return "";
  if (fatal.length === 0) return `; any one zone of ${zones.join(", ")} may be lost`;
  return `; ${fatal.length === 1 ? "zone" : "zones"} ${fatal.join(", ")} must not be lost`;
}

/** Zones are named because the loss of one is to be survived. A single member survives nothing, and promises nothing. */
export function zoneObjections(site: ClusterSite): readonly InventoryObjection[] {
  const voters = votersOf(site).and(site.groups.masters);
  const zoneless = voters.hosts.filter(({ zone }) => zone === undefined);
  if (zonesOf(voters).length === 0 || votersOf(site).size === 1 || site.vars.kube_force_zones) return [];
  if (zoneless.length > 0)
    return [
      {
        message: `${zoneless.map(({ name }) => name).join(", ")}: no zone, though other control planes or members of etcd have one`,
        fix: "say of each in which zone it is, or of none",
        host: zoneless[0]!.name,
      },
    ];
  return fatalZones(site).map((zone) => ({
    message: `the loss of zone ${zone} would be the loss of ${lossOf(site, zone)}`,
    fix: "spread them over three zones, or set kube_force_zones",
    group: voters.name,
  }));
}

const lossOf = ({ groups }: ClusterSite, zone: string): string =>
  groups.masters.hosts.every((host) => host.zone === zone) ? "all control planes" : "the majority of etcd";
