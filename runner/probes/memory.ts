import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

export interface Memory {
  readonly totalBytes: number;
  readonly swapBytes: number;
}

/** Memory and swap of a host, from `/proc/meminfo`. */
export const memory = defineProbe<void, Memory>({
  name: "memory",
  summary: "Size of memory and swap in bytes.",
  command: () => sh`cat /proc/meminfo`,
  parse: ({ stdout }) => ({ totalBytes: bytesOf(stdout, "MemTotal"), swapBytes: bytesOf(stdout, "SwapTotal") }),
  looksAt: () => [],
  bare: () => ({ totalBytes: 4 * 1024 ** 3, swapBytes: 0 }),
});

/** proc(5): the unit is written `kB` and means 1024 bytes. */
const bytesOf = (text: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) * 1024;
