import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";

/** Whether a module is in the running kernel, loaded or built in. */
export const moduleLoaded = defineVectorProbe<string, boolean>({
  name: "moduleLoaded",
  summary: "Whether a kernel module is loaded or built in.",
  command: (names) =>
    sh`for m in ${names.map(moduleName)}; do if [ -d "/sys/module/$m" ] || grep -qsE "/$(echo "$m" | sed 's/_/[-_]/g')\\.ko" "/lib/modules/$(uname -r)/modules.builtin"; then echo yes; else echo no; fi; done`,
  parse: ({ stdout }, names) => {
    const lines = stdout.split("\n");
    return names.map((_, i) => lines[i] === "yes");
  },
  normalise: (name) => moduleName(name),
  looksAt: (name) => [`module:${moduleName(name)}`],
  bare: () => false,
});

/** The kernel shows `-` as `_` in module names; modprobe(8) takes both. */
export const moduleName = (name: string): string => name.replaceAll("-", "_");
