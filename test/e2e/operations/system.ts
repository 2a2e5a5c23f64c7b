import { defineRole, hostname, hostsEntry, kernelModule, sysctl, z } from "ts-play";

/** Settings of the kernel, names. What a container has of its own can be changed there. */
export const system = defineRole({
  name: "system",
  summary: "Kernel settings and names.",
  vars: z.object({ hostname: z.string() }),
  tasks: ({ vars }) => [
    sysctl({ key: "net.ipv4.ip_forward", value: 1 }),
    sysctl({ key: "net.ipv4.tcp_rmem", value: "4096  131072\t5000000" }),
    sysctl({ key: "net/ipv4/conf/host0/rp_filter", value: "2" }),
    kernelModule({ name: "ops-built-in", params: { numdummies: 2, mode: "fast" } }),
    kernelModule({ name: "ops_plain" }),
    hostsEntry({ address: "192.0.2.10", names: ["api.ops.test", "api"] }),
    hostsEntry({ address: "2001:db8::10", names: ["api.ops.test"] }),
    hostsEntry({ address: "192.0.2.66", names: ["moved.ops.test"] }),
    hostsEntry({ address: "192.0.2.77", names: ["gone.ops.test"], state: "absent" }),
    hostname({ name: vars.hostname }),
  ],
});
