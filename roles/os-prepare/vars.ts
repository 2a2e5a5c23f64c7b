import { z } from "ts-play";

export const osPrepareVars = z.strictObject({
  hosts: z
    .array(z.strictObject({ address: z.union([z.ipv4(), z.ipv6()]), names: z.array(z.string()).min(1) }))
    .readonly()
    .default([])
    .describe("names that every host must know without DNS, such as that of the cluster's endpoint"),
  keepHostname: z
    .boolean()
    .default(false)
    .describe("leave the host's own name as it is; by default it is called as in the inventory"),
  modules: z
    .array(z.string())
    .readonly()
    .default(["overlay", "br_netfilter", "nf_conntrack"])
    .describe(
      "kernel modules; those of the container runtime, of bridged pods and of kube-proxy; none where the kernel has them built in and does not say so",
    ),
  settings: z
    .record(z.string(), z.union([z.int(), z.string()]))
    .default({})
    .describe("kernel settings beside those that every node needs"),
  swap: z
    .enum(["off", "keep"])
    .default("off")
    .describe("off: now and after each boot; a kubelet does not start beside swap unless it is told to"),
  time: z
    .enum(["chrony", "keep"])
    .default("keep")
    .describe("chrony: install and run it; keep: something else keeps the clock, such as the hypervisor"),
  leastCpus: z.int().min(1).default(1).describe("a host with fewer processors is refused; a control plane needs 2"),
  leastMemoryMiB: z.int().min(1).default(900).describe("a host with less memory is refused"),
});

export type OsPrepareVars = z.output<typeof osPrepareVars>;
