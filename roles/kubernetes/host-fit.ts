import {
  cpus,
  defineOperation,
  defineProbe,
  memory,
  type OsRelease,
  osRelease,
  type PortHolder,
  portHolders,
  sh,
  TaskRefusal,
  z,
} from "ts-play";
import type { Objection } from "./objection.ts";
import { type ClusterVars, clusterVars } from "./vars.ts";

/** What a kernel offers to containers. */
export interface Kernel {
  /** Such as `6.1.0-18-amd64`. */
  readonly release: string;
  readonly cgroupVersion: 1 | 2;
  /** Whether memory can be limited; some boards begin without that. */
  readonly limitsMemory: boolean;
  readonly systemd: boolean;
}

export const kernel = defineProbe<undefined, Kernel>({
  name: "kernel",
  summary: "The kernel's release, its control groups, and whether systemd runs the host.",
  command: () => sh`cat /proc/sys/kernel/osrelease
stat -f -c %T /sys/fs/cgroup
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then cat /sys/fs/cgroup/cgroup.controllers
else awk '$4 == 1 { printf "%s ", $1 } END { print "" }' /proc/cgroups; fi
[ ! -d /run/systemd/system ] || echo systemd`,
  parse: ({ stdout }) => {
    const [release = "", type = "", controllers = "", init] = stdout.split("\n");
    return {
      release,
      cgroupVersion: type === "cgroup2fs" ? 2 : 1,
      limitsMemory: controllers.split(" ").includes("memory"),
      systemd: init === "systemd",
    };
  },
  bare: () => ({ release: "6.1.0-18-amd64", cgroupVersion: 2, limitsMemory: true, systemd: true }),
});

const args = z.strictObject({
  cluster: clusterVars,
  controlPlane: z.boolean().describe("whether the host is to be a control plane"),
});

interface Seen {
  readonly kernel: Kernel;
  readonly os: OsRelease;
  readonly cpus: number;
  readonly memory: { readonly totalBytes: number };
  readonly ports: readonly PortHolder[];
}

/** Stops a host that could not become a node, with all that is in the way. */
export const nodeHost = defineOperation({
  name: "nodeHost",
  summary: "Stops a host that could not become a node, with all that is in the way; changes nothing itself.",
  args,
  example: "nodeHost({ cluster, controlPlane: true })",
  subject: () => "",
  read: () => ({
    kernel: kernel(undefined),
    os: osRelease(),
    cpus: cpus(),
    memory: memory(),
    ports: portHolders(),
  }),
  plan: ({ args: { cluster, controlPlane }, current }) => {
    const objections = hostObjections(cluster, controlPlane, current);
    if (objections.length === 0) return [];
    throw new TaskRefusal(
      objections.map(({ message }) => message).join("; "),
      objections.map(({ fix }) => fix).join("; "),
    );
  },
});

/** What is in the way of a host that is no node yet. */
export const hostObjections = (cluster: ClusterVars, controlPlane: boolean, seen: Seen): readonly Objection[] => [
  ...systemObjections(seen),
  ...kernelObjections(cluster, seen.kernel),
  ...(controlPlane ? sizeObjections(seen) : []),
  ...portObjections(portsOf(cluster, controlPlane), seen.ports),
];

function systemObjections({ os, kernel }: Seen): readonly Objection[] {
  return [
    ...(os.family === "other"
      ? [{ message: `${os.id} is of neither Debian's nor Red Hat's family`, fix: "take such a host" }]
      : []),
    ...(kernel.systemd ? [] : [{ message: "systemd does not run this host", fix: "take a host with systemd" }]),
  ];
}

/** What kubeadm and the kubelet of a version refuse themselves, only later (system-validators, and the kubelet from 1.35 on). */
function kernelObjections({ version, kubelet, proxyMode }: ClusterVars, seen: Kernel): readonly Objection[] {
  const minor = Number(version.split(".")[1]);
  const least = minor >= 34 ? "5.4" : "4.19";
  const fix = "update the system, and restart the host";
  return [
    ...(isOlder(seen.release, least) ? [{ message: `Linux ${seen.release} is older than ${least}`, fix }] : []),
    ...(proxyMode === "nftables" && isOlder(seen.release, "5.13")
      ? [
          {
            message: `Linux ${seen.release} is too old for kube_proxy_mode nftables`,
            fix: "set kube_proxy_mode: iptables",
          },
        ]
      : []),
    ...(seen.cgroupVersion === 1 && minor >= 35 && kubelet.failCgroupV1 !== false
      ? [
          {
            message: "its control groups are of version 1, with which no kubelet from 1.35 on starts",
            fix: "start it with systemd.unified_cgroup_hierarchy=1, or set kube_kubelet: { failCgroupV1: false }",
          },
        ]
      : []),
    ...(seen.limitsMemory
      ? []
      : [{ message: "its kernel limits no memory", fix: "start it with cgroup_enable=memory" }]),
  ];
}

function isOlder(release: string, least: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** kubeadm's own limits for a control plane. */
const LEAST_CPUS = 2;
const LEAST_MIB = 1700;

function sizeObjections({ cpus, memory }: Seen): readonly Objection[] {
  const mib = Math.floor(memory.totalBytes / 2 ** 20);
  const fix = "give the host more, or take another";
  return [
    ...(cpus < LEAST_CPUS
      ? [{ message: `a control plane needs ${LEAST_CPUS} processors, and it has ${cpus}`, fix }]
      : []),
    ...(mib < LEAST_MIB
      ? [{ message: `a control plane needs ${LEAST_MIB} MiB of memory, and it has ${mib}`, fix }]
      : []),
  ];
}

const portsOf = ({ etcd }: ClusterVars, controlPlane: boolean): readonly number[] => [
  10250,
  ...(controlPlane ? [6443, 10257, 10259] : []),
  ...(controlPlane && etcd === undefined ? [2379, 2380] : []),
];

/** Names as the kernel has them, cut at 15 letters: what was left of an interrupted start is no stranger. */
const OWN = ["kubelet", "kube-apiserver", "kube-controller", "kube-scheduler", "etcd"];

function portObjections(wanted: readonly number[], holders: readonly PortHolder[]): readonly Objection[] {
  const strangers = holders.filter(
    ({ port, processes }) => wanted.includes(port) && !processes?.some((one) => OWN.includes(one)),
  );
  return [...new Set(strangers.map(({ port }) => port))].map((port) => {
    const names = strangers.filter((one) => one.port === port).flatMap(({ processes = [] }) => processes);
    const who = names.length === 0 ? "something" : [...new Set(names)].join(", ");
    return {
      message: `${who} listens on port ${port}, which a node needs`,
      fix: `let it listen elsewhere, or remove it`,
    };
  });
}
