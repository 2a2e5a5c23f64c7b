import { readGroupFile } from "./cgroup.ts";
import { groupOf } from "./host-handle.ts";
import type { Lab } from "./lab.ts";

/** What a host has used since it was booted, as the kernel accounts it; undefined where the kernel does not. */
export interface HostUsage {
  readonly cpuSeconds: number | undefined;
  /** Memory of its processes, without file cache. */
  readonly memoryBytes: number | undefined;
}

/** Reads a host's accounting; cgroups(7), the kernel's cgroup-v1 and cgroup-v2 documents. */
export async function hostUsage(lab: Lab, host: string): Promise<HostUsage> {
  const group = groupOf(lab.name, host);
  const version1 = await readGroupFile(group, "cpuacct.usage");
  const version2 = await readGroupFile(group, "cpu.stat");
  const memory = await readGroupFile(group, "memory.stat");
  return {
    cpuSeconds: scaled(version1, 1e9) ?? scaled(field(version2, "usage_usec"), 1e6),
    memoryBytes: scaled(field(memory, "total_rss") ?? field(memory, "anon"), 1),
  };
}

const field = (text: string | undefined, name: string): string | undefined =>
  text && new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];

const scaled = (text: string | undefined, unit: number): number | undefined => (text ? Number(text) / unit : undefined);
