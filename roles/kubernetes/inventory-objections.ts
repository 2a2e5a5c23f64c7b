import { type InventoryObjection, offlineBundle, refuseInventory } from "ts-play";
import type { ClusterSite } from "./cluster.ts";
import { endpointObjections } from "./endpoint-objections.ts";
import { familyObjections, hostObjections } from "./host-objections.ts";
import { PROGRAMS } from "./source.ts";
import { subnetObjections } from "./subnet-objections.ts";
import { zoneObjections } from "./tolerance.ts";

/** What an inventory alone tells of a cluster that could not stand. */
export function inventoryObjections(site: ClusterSite): readonly InventoryObjection[] {
  if (site.groups.masters.size === 0) return noMasters;
  return [
    ...topologyObjections(site),
    ...hostObjections(site),
    ...familyObjections(site),
    ...endpointObjections(site),
    ...subnetObjections(site),
    ...zoneObjections(site),
    ...settingObjections(site),
    ...bundleObjections(site),
  ];
}

/** Without control planes there is nobody to ask, and no cluster. */
const noMasters: readonly InventoryObjection[] = [
  { message: "there is no control plane", fix: "name one or three hosts in the group masters", group: "masters" },
];

/** For playbooks that take a cluster as it is. Throws InventoryRefusal. */
export const refuseMasterless = ({ groups: { masters } }: ClusterSite): void =>
  refuseInventory(masters.size === 0 ? noMasters : []);

function topologyObjections({ groups: { masters, etcd }, vars }: ClusterSite): readonly InventoryObjection[] {
  const objections: InventoryObjection[] = [];
  if (etcd.size === 0 && masters.size === 2 && !vars.kube_force_two_masters) {
    objections.push({
      message: "two control planes with stacked etcd: the loss of either is the loss of both",
      fix: "take one or three, give etcd hosts of its own, or set kube_force_two_masters",
      group: "masters",
    });
  }
  if (etcd.size === 2 && !vars.kube_force_two_masters) {
    objections.push({
      message: "two members of etcd: the loss of either is the loss of both",
      fix: "take one or three, or set kube_force_two_masters",
      group: "etcd",
    });
  }
  if (vars.kube_balancer === "none" && masters.size > 1) {
    objections.push({
      message: `${masters.size} control planes without a balancer`,
      fix: "set kube_balancer to keepalived, lvs or external",
      variable: "kube_balancer",
    });
  }
  return objections;
}

/** Settings that would be said twice, or never come true. */
function settingObjections({ vars }: ClusterSite): readonly InventoryObjection[] {
  const twice = [
    ["kube_kubelet", "cgroupDriver", "kube_cgroup_driver"],
    ["kube_proxy", "mode", "kube_proxy_mode"],
  ] as const;
  const renewed = vars.kube_renew_before_days < vars.kube_certificate_days;
  return [
    ...twice
      .filter(([variable, key]) => key in vars[variable])
      .map(([variable, key, own]) => ({
        message: `${variable} says ${key}, and so does ${own}`,
        fix: `leave it out, and set ${own}`,
        variable,
      })),
    ...(renewed
      ? []
      : [
          {
            message: `certificates last ${vars.kube_certificate_days} days (kube_certificate_days), and are to be renewed ${vars.kube_renew_before_days} days before their end`,
            fix: "let them last longer, or set a smaller kube_renew_before_days",
            variable: "kube_renew_before_days",
          },
        ]),
  ];
}

/** Hosts that take everything from a bundle have no other place to look. */
function bundleObjections({ vars }: ClusterSite): readonly InventoryObjection[] {
  const { kube_source: source, kube_pause_image: pause } = vars;
  if (source.kind !== "bundle") return [];
  const bundle = offlineBundle(source.folder);
  const missing = PROGRAMS.filter((name) => !bundle.folder("bin").has(name));
  const pauses = bundle.images.map(({ name }) => name).filter((name) => /\/pause:/.test(name));
  return [
    ...missing.map((name) => ({
      message: `the bundle ${source.folder} has no bin/${name}`,
      fix: "name it in the description of the bundle, and build that anew",
      variable: "kube_source",
    })),
    ...(pauses.length === 0 || pauses.includes(pause)
      ? []
      : [
          {
            message: `no pod starts without ${pause}, and the bundle ${source.folder} has ${pauses.join(", ")}`,
            fix: `set kube_pause_image: ${pauses[0]}`,
            variable: "kube_pause_image",
          },
        ]),
  ];
}
