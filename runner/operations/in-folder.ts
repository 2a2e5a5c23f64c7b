import { sh } from "../define/command.ts";
import { run, type Step } from "../define/step.ts";
import { pathFootprint } from "../probes/path-footprint.ts";

/** Before a file is written, makes the folder that it belongs to: a minimal host need not have it. */
export const inFolder = (folder: string, files: readonly Step[]): readonly Step[] =>
  files.some(({ kind }) => kind === "write")
    ? [run(sh`mkdir -p -m 0755 ${folder}`, { touches: [pathFootprint(folder)] }), ...files]
    : files;
