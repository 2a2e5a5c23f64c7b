import {
  defineInventory,
  definePlaybook,
  defineRole,
  holds,
  kernelModule,
  pathExists,
  play,
  reboot,
  sysctl,
  z,
} from "ts-play";

/** What only a host with a kernel of its own can be asked for. */
const kernel = defineRole({
  name: "kernel",
  summary: "Modules, a setting that one of them brings, a restart when a flag asks for it.",
  vars: z.strictObject({}),
  tasks: () => [
    kernelModule({ name: "dummy", params: { numdummies: 2 } }),
    kernelModule({ name: "br_netfilter" }),
    sysctl({ key: "net.bridge.bridge-nf-call-iptables", value: 0 }),
    kernelModule({ name: "ip_vs_wlc" }),
    reboot({
      reason: "a flag asks for it",
      when: holds(pathExists("/run/reboot-wanted"), (there) => there, "the flag is there"),
      timeoutMs: 120_000,
    }),
  ],
});

export default definePlaybook({
  summary: "Modules and restarts of real kernels.",
  inventory: defineInventory({ groups: { kernels: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups }) => [play({ title: "Kernels", on: groups.kernels, roles: [kernel({})] })],
});
