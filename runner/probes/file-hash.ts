import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";
import { inBatches } from "./path-batches.ts";
import { unexpectedErrors } from "./path-errors.ts";
import { pathFootprint } from "./path-footprint.ts";

const HASH_TIMEOUT_MS = 300_000;

/** SHA-256 of a file's content, in hex; undefined when there is no regular file. */
export const fileHash = defineVectorProbe({
  name: "fileHash",
  summary: "SHA-256 of a file's content; undefined when there is no regular file.",
  command: (paths: readonly string[]) => inBatches(paths, hashCommand),
  parse: ({ stdout, stderr }, paths): readonly (string | undefined)[] => {
    const [problem] = unexpectedErrors(stderr);
    if (problem !== undefined) throw new Error(problem);
    const hashes = new Map(stdout.split("\n").filter(Boolean).map(parseLine));
    return paths.map((path) => hashes.get(path));
  },
  looksAt: (path) => [pathFootprint(path)],
  bare: (): string | undefined => undefined,
  timeoutMs: HASH_TIMEOUT_MS,
});

// Reading a FIFO would wait for its writer, so only regular files are handed to sha256sum.
const hashCommand = (paths: readonly string[]) =>
  sh`set --; for p in ${paths}; do if [ -f "$p" ]; then set -- "$@" "$p"; fi; done; [ $# -eq 0 ] || sha256sum -- "$@"`;

/** GNU puts a backslash before the line of a name that it had to escape (sha256sum, coreutils manual 6.1). */
function parseLine(line: string): readonly [string, string] {
  const fields = /^(\\?)([0-9a-f]{64}) [ *](.*)$/.exec(line);
  if (fields === null) throw new Error(`sha256sum answered with an unexpected line: ${line}`);
  const [, escaped, hash = "", name = ""] = fields;
  return [escaped ? name.replaceAll("\\\\", "\\") : name, hash];
}
