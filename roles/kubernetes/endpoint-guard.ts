import { fileText } from "ts-play";
import { loopback } from "../lvs/loopback-addresses.ts";
import type { ClusterSite } from "./cluster.ts";
import { endpointOf } from "./cluster.ts";
import { offeredEndpoint } from "./endpoint-before.ts";
import { addressIn, KUBELET, urlOf } from "./endpoint-places.ts";
import { kubeconfigServers, type NamedServer } from "./kubeconfig.ts";
import { ADMIN } from "./kubectl.ts";

/** What a host knows of the endpoint. */
export interface EndpointHere {
  /** Its name. */
  readonly self: string;
  readonly admin: readonly NamedServer[] | undefined;
  readonly kubelet: readonly NamedServer[] | undefined;
  /** The text of /etc/hosts. */
  readonly hosts: string | undefined;
}

/** What of a balancer is on a host. */
export const balancerFacts = { offered: offeredEndpoint(), loopback: loopback(), hosts: fileText("/etc/hosts") };

export const endpointFacts = {
  admin: kubeconfigServers(ADMIN),
  kubelet: kubeconfigServers(KUBELET),
  ...balancerFacts,
};

const fix =
  "to move it: kubernetes-endpoint.ts, or kubernetes-to-ha.ts where a balancer is new; else take the inventory back to what is there";

/** A node whose endpoint is another than the inventory's: what must know both, and in which order, only the playbook that moves it cares for. */
export function endpointObjections(site: ClusterSite, { self, admin, kubelet, hosts }: EndpointHere) {
  const { host, port, address } = endpointOf(site);
  const [path, found] = admin ? [ADMIN, admin] : [KUBELET, kubelet];
  if (found === undefined) return [];
  const url = urlOf({ host, port });
  const there = addressIn(hosts ?? "", host, address || undefined);
  const moved = found.find(({ server }) => server !== url);
  if (moved !== undefined)
    return [{ message: `${path} calls the cluster at ${moved.server}, and the inventory at ${url}`, fix }];
  if (there === undefined || address === "" || there === address || isJoining(site, self, there)) return [];
  return [{ message: `/etc/hosts gives ${host} the address ${there}, and the inventory ${address}`, fix }];
}

/** Behind LVS the endpoint's name stands for another control plane while one joins; where the power went meanwhile it stays so, and is put right. */
const isJoining = ({ groups: { masters }, vars }: ClusterSite, self: string, there: string): boolean =>
  vars.kube_balancer === "lvs" &&
  masters.hosts.some(({ name }) => name === self) &&
  masters.hosts.some(({ name, address }) => name !== self && address === there);

/**
 * Real servers of LVS carry one address each: an old one would be closed before anybody has gone to the new one. The own address of a control plane
 * stays: where nodes call that, there was no balancer, or a join was interrupted.
 */
export function moveObjections(site: ClusterSite, { admin, kubelet, hosts }: EndpointHere) {
  const { host, address } = endpointOf(site);
  const found = admin ?? kubelet;
  if (site.vars.kube_balancer !== "lvs" || found === undefined) return [];
  const names = [host, ...found.map(({ server }) => new URL(server).hostname)];
  const there = names.map((name) => addressIn(hosts ?? "", name)).find((one) => one !== undefined);
  const isOwn = site.groups.masters.hosts.some((master) => master.address === there);
  if (there === undefined || there === address || isOwn) return [];
  return [
    {
      message: `the endpoint is at ${there}, and behind LVS its address cannot move to ${address} while nodes call it`,
      fix: `leave virtual_ip at ${there}: its name can change`,
    },
  ];
}
