import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

export type PackageManager = "apt" | "dnf" | "yum";

/** The package manager of a host; undefined when it has none that is known here. */
export const packageManager = defineProbe<void, PackageManager | undefined>({
  name: "packageManager",
  summary: "Which package manager the host has.",
  command: () => sh`for m in apt-get dnf yum; do if command -v "$m" >/dev/null 2>&1; then echo "$m"; break; fi; done`,
  parse: ({ stdout }) => KNOWN.get(stdout.trim()),
  looksAt: () => [],
  bare: () => "apt",
});

const KNOWN: ReadonlyMap<string, PackageManager> = new Map([
  ["apt-get", "apt"],
  ["dnf", "dnf"],
  ["yum", "yum"],
]);
