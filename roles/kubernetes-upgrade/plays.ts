import { type Host, type Play, play } from "ts-play";
import { versionOf } from "../kubernetes/cluster.ts";
import { refuseMasterless } from "../kubernetes/inventory-objections.ts";
import { dns, type FullSite, kubeconfig, runtimeRoles, verify } from "../kubernetes/plays.ts";
import { kubePackages } from "../kubernetes/role.ts";
import { controlPlaneGate } from "../kubernetes/standing.ts";
import { controlPlaneVersions } from "./control-plane.ts";
import type { UpgradeVars } from "./inventory-vars.ts";
import { runningKubelet } from "./kubelet.ts";
import {
  addonsUpgraded,
  controlPlaneThere,
  controlPlaneUpgraded,
  nodeClosed,
  nodeUpgraded,
  settingsFit,
  stackedSource,
  upgradeAllowed,
  upgradeBackup,
  upgradeBackupThere,
} from "./role.ts";

/** A cluster that is to be upgraded. */
export interface UpgradeSite extends FullSite {
  readonly vars: FullSite["vars"] & UpgradeVars;
}

/**
 * All apiservers come before any kubelet, because a kubelet must not be newer than an apiserver that a balancer may give it. What is
 * due is looked up on each host when its turn comes, so a run that was interrupted goes on with the next.
 */
export function upgradePlays(site: UpgradeSite): readonly Play[] {
  refuseMasterless(site);
  return [
    ...lookingPlays(site),
    ...preparingPlays(site),
    ...controlPlanePlays(site),
    ...kubeletPlays(site),
    ...dns(site),
    ...kubeconfig(site),
    ...verify(site),
  ];
}

function lookingPlays({ groups: { masters, workers }, vars }: UpgradeSite): readonly Play[] {
  const version = versionOf(vars.kube_source);
  const nodes = masters.and(workers).map(({ name }) => name);
  return [
    // Each is waited for before any judges the others.
    play({ title: "Control planes are there", on: masters, roles: [controlPlaneThere({})] }),
    play({
      title: "Nothing speaks against it",
      on: masters,
      roles: [upgradeAllowed({ version, nodes, acceptRemovedApis: vars.kube_accept_removed_apis })],
    }),
    play({ title: "Settings that the version knows", on: masters.and(workers), roles: [settingsFit({ version })] }),
  ];
}

/** Images come now, so that nobody waits for one when a part is exchanged. */
function preparingPlays({ groups: { masters, workers, etcd }, vars }: UpgradeSite): readonly Play[] {
  const version = versionOf(vars.kube_source);
  const backup = { version, folder: vars.etcd_backup_folder, everyMinutes: vars.kube_backup_minutes };
  const isMaster = ({ name }: Host) => masters.hosts.some((one) => one.name === name);
  return [
    play({
      title: "Backup",
      on: masters,
      roles: [
        etcd.size > 0
          ? upgradeBackupThere({ ...backup, cluster: vars.etcd_token })
          : upgradeBackup({ ...backup, cluster: vars.kube_endpoint, source: stackedSource(masters) }),
      ],
    }),
    play({
      title: "kubeadm and images",
      on: masters.and(workers),
      roles: (one) => [kubePackages({ source: vars.kube_source, controlPlane: isMaster(one), programs: ["kubeadm"] })],
    }),
  ];
}

function controlPlanePlays({ groups: { masters }, vars }: UpgradeSite): readonly Play[] {
  const version = versionOf(vars.kube_source);
  return [
    play({
      title: "Control planes",
      on: masters,
      batch: 1,
      gates: [
        controlPlaneGate({
          acceptOutage: vars.kube_accept_outage,
          probe: controlPlaneVersions(undefined),
          due: ({ configured, parts }) => configured !== version || parts !== version,
        }),
      ],
      roles: [controlPlaneUpgraded({ version })],
    }),
    play({ title: "DNS and kube-proxy", on: masters.first, roles: [addonsUpgraded({ version })] }),
  ];
}

function kubeletPlays(site: UpgradeSite): readonly Play[] {
  const { groups, vars } = site;
  return [
    play({
      title: "Kubelets of control planes",
      on: groups.masters,
      batch: 1,
      gates: [
        controlPlaneGate({
          acceptOutage: vars.kube_accept_outage,
          probe: runningKubelet(undefined),
          due: (running) => running !== versionOf(vars.kube_source),
        }),
      ],
      roles: nodeRoles(site, true),
    }),
    play({
      title: "Kubelets of workers",
      on: groups.workers,
      batch: vars.kube_upgrade_batch,
      maxFailures: vars.kube_upgrade_failures,
      roles: nodeRoles(site, false),
    }),
  ];
}

/** The container runtime goes along while no pods are there: a version of kubeadm names its pause image. */
function nodeRoles(site: UpgradeSite, controlPlane: boolean) {
  const { groups, vars } = site;
  const version = versionOf(vars.kube_source);
  const [master] = groups.masters.hosts;
  if (master === undefined) throw new Error("there is no control plane in the inventory");
  return [
    nodeClosed({ version, master, drain: vars.kube_drain, timeoutSeconds: vars.kube_drain_seconds }),
    kubePackages({ source: vars.kube_source, controlPlane, programs: ["kubelet", "kubectl"] }),
    ...runtimeRoles(site),
    nodeUpgraded({ version, master }),
  ];
}
