import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

/**
 * Whether a host answers for an address just now: one of its interfaces has it, other than `lo`, on which a real server
 * behind a director has it without answering for it.
 */
export const holdsAddress = defineProbe<string, boolean>({
  name: "holdsAddress",
  summary: "Whether one of the host's interfaces, other than `lo`, has an address just now: who holds a virtual IP.",
  command: (address) => sh`! command -v ip >/dev/null || ip -o address show to ${address}`,
  parse: ({ stdout, stderr, exitCode }) => {
    if (exitCode !== 0) throw new Error(`addresses cannot be read: ${stderr.trim()}`);
    return /^\d+: (?!lo\s)/m.test(stdout);
  },
  bare: () => false,
});
