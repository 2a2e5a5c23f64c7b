import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

/** The number of processors that are online. */
export const cpus = defineProbe<void, number>({
  name: "cpus",
  summary: "The number of processors that are online.",
  command: () => sh`getconf _NPROCESSORS_ONLN 2>/dev/null || nproc`,
  parse: ({ stdout }) => Number(stdout.trim()),
  looksAt: () => [],
  bare: () => 2,
});
