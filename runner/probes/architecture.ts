import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

export interface Architecture {
  /** As the kernel calls it: `x86_64`, `aarch64`. */
  readonly machine: string;
  /** As Debian, Go and container images call it: `amd64`, `arm64`. */
  readonly name: string;
}

const NAMES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armv7l: "arm",
  i686: "386",
};

/** The processor architecture of a host. */
export const architecture = defineProbe<void, Architecture>({
  name: "architecture",
  summary: "The processor architecture, as the kernel and as package makers call it.",
  command: () => sh`uname -m`,
  parse: ({ stdout }) => named(stdout.trim()),
  looksAt: () => [],
  bare: () => named("x86_64"),
});

const named = (machine: string): Architecture => ({ machine, name: NAMES[machine] ?? machine });
