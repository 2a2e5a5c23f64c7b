import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";
import { inBatches } from "./path-batches.ts";
import { pathFootprint } from "./path-footprint.ts";

/** Whether there is anything at a path; a symbolic link counts, wherever it points to. */
export const pathExists = defineVectorProbe({
  name: "pathExists",
  summary: "Whether there is anything at a path.",
  command: (paths: readonly string[]) => inBatches(paths, testCommand),
  parse: ({ stdout }, paths) => {
    if (stdout.length !== paths.length) throw new Error(`expected ${paths.length} answers, got ${stdout.length}`);
    return [...stdout].map((answer) => answer === "1");
  },
  looksAt: (path) => [pathFootprint(path)],
  bare: () => false,
});

// Only builtins of the shell: no process is started, however many paths there are.
const testCommand = (paths: readonly string[]) =>
  sh`for p in ${paths}; do if [ -e "$p" ] || [ -L "$p" ]; then printf 1; else printf 0; fi; done`;
