import {
  assert,
  command,
  cpus,
  defineRole,
  directory,
  file,
  holds,
  hostname,
  hostsEntry,
  kernelModule,
  memory,
  osRelease,
  packages,
  service,
  sh,
  sysctl,
  type Tasks,
} from "ts-play";
import { isNodeName } from "./node-name.ts";
import { type OsPrepareVars, osPrepareVars } from "./vars.ts";

/** Forwarding for pods, bridged traffic through the packet filter, and watches enough for many pods. */
const NODE_SETTINGS = {
  "net.ipv4.ip_forward": 1,
  "net.bridge.bridge-nf-call-iptables": 1,
  "net.bridge.bridge-nf-call-ip6tables": 1,
  "fs.inotify.max_user_instances": 8192,
  "fs.inotify.max_user_watches": 524_288,
} as const;

/** A host that can become a node of Kubernetes. */
export const osPrepare = defineRole({
  name: "osPrepare",
  summary:
    "Makes a host ready to be a node of Kubernetes: name, /etc/hosts, modules, kernel settings, swap, clock, tools.",
  vars: osPrepareVars,
  facts: { os: osRelease() },
  tasks: ({ vars, facts, host }) => [
    preflight(vars, host.name),
    packages({ names: toolsOf(facts.os.family) }),
    !vars.keepHostname && hostname({ name: host.name }),
    vars.hosts.map(({ address, names }) => hostsEntry({ address, names })),
    vars.modules.map((name) => kernelModule({ name })),
    Object.entries({ ...NODE_SETTINGS, ...vars.settings }).map(([key, value]) => sysctl({ key, value })),
    keepRoutes,
    vars.swap === "off" && noSwap(),
    vars.time === "chrony" && clock(facts.os.family),
  ],
});

const preflight = ({ leastCpus, leastMemoryMiB }: OsPrepareVars, name: string): Tasks => [
  assert({
    that: isNodeName(name),
    message: `${name} cannot be the name of a node`,
    fix: "call the host by lower-case letters, digits, dashes and dots",
  }),
  assert({
    that: holds(cpus(), (count) => count >= leastCpus, `the host has ${leastCpus} processors`),
    message: `fewer than ${leastCpus} processors`,
    fix: "give the host more, or take another",
  }),
  assert({
    that: holds(
      memory(),
      ({ totalBytes }) => totalBytes >= leastMemoryMiB * 2 ** 20,
      `the host has ${leastMemoryMiB} MiB`,
    ),
    message: `less than ${leastMemoryMiB} MiB of memory`,
    fix: "give the host more, or take another",
  }),
];

/** systemd-networkd takes away routes that it did not make when it is restarted, as by an update; those of pods are such (networkd.conf(5)). */
const keepRoutes: Tasks = [
  directory({ path: "/etc/systemd/networkd.conf.d" }),
  file({
    path: "/etc/systemd/networkd.conf.d/ts-play-pods.conf",
    content:
      "# Kept by ts-play: routes to pods stay.\n[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n",
  }),
];

/** What kubelet, kube-proxy and port forwarding call. */
const toolsOf = (family: string): [string, ...string[]] =>
  family === "redhat"
    ? ["conntrack-tools", "socat", "ethtool", "iproute", "iptables-nft", "nftables", "kmod", "tar"]
    : ["conntrack", "socat", "ethtool", "iproute2", "iptables", "nftables", "kmod", "curl"];

/** A line of fstab(5) is commented out, and what systemd-zram-generator(8) would make is forbidden. */
const noSwap = (): Tasks => [
  command({ run: sh`swapoff --all`, unless: sh`[ "$(wc -l </proc/swaps)" -le 1 ]`, changes: [] }),
  command({
    run: sh`sed -i -E 's/^([^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]])/# \\1/' /etc/fstab`,
    unless: sh`! grep -qsE '^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' /etc/fstab`,
    changes: ["path:/etc/fstab"],
  }),
  command({
    run: sh`: >/etc/systemd/zram-generator.conf`,
    unless: sh`if [ -e /usr/lib/systemd/system-generators/zram-generator ]; then [ -f /etc/systemd/zram-generator.conf ] && ! [ -s /etc/systemd/zram-generator.conf ]; fi`,
    changes: ["path:/etc/systemd/zram-generator.conf"],
  }),
];

const clock = (family: string): Tasks => {
  const unit = family === "redhat" ? "chronyd" : "chrony";
  return [packages({ names: ["chrony"], units: [unit] }), service({ unit })];
};
